"""What is looked for, so that what is missing can be named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """One thing that must be somewhere, once. Holds ids and places only, nothing of a record's content."""

    kind: str
    key: str
    """Its identity among its kind."""
    place: str = ""
    """Where it was seen first: topic[partition]@offset, or the shop."""
    shop: str = ""
    entity: str = ""
    entity_id: str = ""
    version: str = ""
    why: str = ""

    def __str__(self) -> str:
        """All that is known of it, on one line."""
        about = " ".join(part for part in (self.shop, self.entity, self.entity_id, self.version) if part)
        return " · ".join(part for part in (self.kind, self.key, about, self.place, self.why) if part)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reconciliation found. Nothing lost and nothing doubled proves something only where much was examined."""

    lost: tuple[Item, ...]
    doubled: tuple[Item, ...]
    unexplained: tuple[Item, ...] = ()
    """What is somewhere without a source, and dead letters that nothing called for."""
    examined: Mapping[str, int] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """Whether nothing is lost, doubled or unexplained."""
        return not (self.lost or self.doubled or self.unexplained)


def named(items: Sequence[Item], most: int) -> list[str]:
    """The first `most` items as text, and how many more there are."""
    rest = len(items) - most
    return [str(item) for item in items[:most]] + ([f"… and {rest} more"] if rest > 0 else [])
