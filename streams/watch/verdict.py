"""The verdicts, how bad each is, and the exit code that tells it to a supervisor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """From best to worst."""

    OK = "ok"
    PARKED = "parked"
    LAGGING = "lagging"
    UNASSIGNED = "unassigned"
    STUCK = "stuck"
    UNREACHABLE = "unreachable"


EXIT_CODES: Mapping[Verdict, int] = {
    Verdict.OK: 0,
    Verdict.PARKED: 10,
    Verdict.LAGGING: 10,
    Verdict.UNASSIGNED: 20,
    Verdict.STUCK: 20,
    Verdict.UNREACHABLE: 30,
}
"""1 and 2 stay what they are for every command: an error, and a wrong command line."""

DEAD = frozenset({Verdict.UNASSIGNED, Verdict.STUCK})
"""Verdicts that starting the worker again may mend."""

_ORDER = tuple(Verdict)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of them; ok when there is none."""
    return max(verdicts, key=_ORDER.index, default=Verdict.OK)


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with its cause and remedy; `seconds` is how long it has been so."""

    verdict: Verdict
    seconds: float = 0.0
    cause: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class PartitionVerdict:
    """What is to be said of one partition. Client id and host are empty while no member reads it."""

    topic: str
    partition: int
    lag: int
    stalled_s: float
    """Seconds that records have waited without the committed offset moving."""
    found: Finding
    client_id: str = ""
    host: str = ""

    def __str__(self) -> str:
        who = f", client {self.client_id} on {self.host}" if self.client_id else ""
        place = f"{self.topic}[{self.partition}]"
        return f"{self.found.verdict}: {place} lag {self.lag}, {self.found.cause} for {self.found.seconds:.0f} s{who}"


@dataclass(frozen=True, slots=True)
class GroupVerdict:
    """What is to be said of one group; `absent`: seconds since each client id was last a member, 0 for one now."""

    group: str
    verdict: Verdict
    members: int
    partitions: tuple[PartitionVerdict, ...]
    absent: Mapping[str, float]
    looked_s: float
    """For how long the group has been looked at."""
    settled: bool
    """Whether looking longer can change nothing for now: each partition has moved, or has its verdict."""

    @property
    def lag(self) -> int:
        """Records that the group has not acknowledged."""
        return sum(partition.lag for partition in self.partitions)
