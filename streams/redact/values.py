"""Values that are known to be personal, because an annotated field of the subject's records holds them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class KnownValue:
    """A personal datum as a field held it. ``entity_type``: the field's pii class (person, email, unknown, ...)."""

    value: str
    entity_type: str

    def __repr__(self) -> str:
        return f"KnownValue({self.entity_type})"
