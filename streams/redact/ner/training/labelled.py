"""A text with what it holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Labelled:
    """``spans``: start, end (excluded) and label (PERSON, STREET, CITY), in order, disjoint."""

    text: str
    spans: tuple[tuple[int, int, str], ...]

    def followed(self, gap: str, other: "Labelled") -> "Labelled":
        """This text, the gap, the other text."""
        shift = len(self.text) + len(gap)
        moved = tuple((start + shift, end + shift, label) for start, end, label in other.spans)
        return Labelled(self.text + gap + other.text, self.spans + moved)
