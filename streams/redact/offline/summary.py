"""What a run came to, in counts alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Summary:
    """Counts of one run."""

    read: int = 0
    """Lines."""
    answered: Counter[str] = field(default_factory=Counter)
    """Texts, or events by kind."""
    found: Counter[str] = field(default_factory=Counter)
    """Spans or findings by entity."""
    held_back: Counter[str] = field(default_factory=Counter)
    """Lines that were answered with an error, by rule."""
    silent: Counter[str] = field(default_factory=Counter)
    """Lines that tell nothing by themselves, by why."""

    def table(self, seconds: float) -> Iterator[str]:
        """The lines of a table; `seconds`: how long reading and answering took."""
        yield f"{'lines read':<44}{self.read:>10,}"
        yield f"{'lines per second':<44}{self.read / seconds if seconds else 0.0:>10,.0f}"
        for title, counts in (
            ("answered", self.answered),
            ("found", self.found),
            ("held back", self.held_back),
            ("told nothing", self.silent),
        ):
            yield f"{title:<44}{counts.total():>10,}"
            for name, number in counts.most_common():
                yield f"  {name:<42}{number:>10,}"
