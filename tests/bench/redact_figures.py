"""What the redaction benchmark answers."""

from dataclasses import dataclass

from tests.bench.groups import Group
from tests.bench.orders import Cost
from tests.bench.pace import Pace, Paces
from tests.bench.redact_memory import Memory


@dataclass(frozen=True, slots=True)
class Ratio:
    """CPU per text of Presidio as shipped by that of one way of Inland's; null where the way is not there."""

    full: float | None
    batched: float | None
    patterns: float | None


@dataclass(frozen=True, slots=True)
class Ratios:
    """On texts as they are, and on long ones."""

    short: Ratio
    long: Ratio


@dataclass(frozen=True, slots=True)
class Speed:
    """Presidio as shipped; Inland text by text, in batches, and without its name model."""

    presidio: Paces
    full: Paces
    batched: Paces | None
    patterns: Paces | None

    def ratios(self) -> Ratios:
        """Every way against Presidio."""
        short = (
            _ratio(self.presidio.short, way.short if way else None) for way in (self.full, self.batched, self.patterns)
        )
        long = (
            _ratio(self.presidio.long, way.long if way else None) for way in (self.full, self.batched, self.patterns)
        )
        return Ratios(Ratio(*short), Ratio(*long))


def _ratio(other: Pace, own: Pace | None) -> float | None:
    return round(other.cpu_us / own.cpu_us, 1) if own else None


@dataclass(frozen=True, slots=True)
class Report:
    """Groups come in the same order: the shop's texts, each language, all held-out ones.

    `plain`: nothing known beside the text; `hinted`: the held-out texts' language and country known.
    """

    presidio_model: str
    seed: int
    plain: tuple[Group, ...]
    hinted: tuple[Group, ...]
    presidio: tuple[Group, ...]
    speed: Speed
    ratios: Ratios
    memory: Memory
    order: Cost
