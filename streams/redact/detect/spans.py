"""What detection answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start``..``end`` (end excluded) hold a datum of ``entity_type``. ``score``: 0..1, never a value."""

    start: int
    end: int
    entity_type: str
    score: float
    detector: str

    @property
    def length(self) -> int:
        """Characters covered."""
        return self.end - self.start

    def moved(self, start: int, end: int) -> "Span":
        """The same datum at another place."""
        return Span(start, end, self.entity_type, self.score, self.detector)

    def overlaps(self, other: "Span") -> bool:
        """Both cover at least one common character."""
        return self.start < other.end and other.start < self.end
