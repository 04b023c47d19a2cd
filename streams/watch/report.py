"""Verdicts as programs read them: one JSON shape for GET /live, for lines of changes and for `inland watch --once`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from streams.watch.live import Liveness
from streams.watch.verdict import EXIT_CODES, GroupVerdict, PartitionVerdict, Verdict, worst


@dataclass(frozen=True, slots=True)
class PartitionReport:
    """One partition; `since` is when the state that the verdict names began, as far as it was watched."""

    topic: str
    partition: int
    verdict: Verdict
    lag: int
    seconds_without_progress: float
    since: datetime
    client_id: str
    host: str
    cause: str
    remedy: str


@dataclass(frozen=True, slots=True)
class GroupReport:
    """One group with all its partitions."""

    group: str
    verdict: Verdict
    members: int
    lag: int
    partitions: tuple[PartitionReport, ...]


@dataclass(frozen=True, slots=True)
class LiveReport:
    """Whether processes should go on, and the partitions that say no."""

    group: str
    client_id: str | None
    alive: bool
    verdict: Verdict | None
    reason: str
    partitions: tuple[PartitionReport, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict that is another than before; `before` is None at the first.

    Without a partition it is the group's: Kafka has gone, or is back.
    """

    at: datetime
    group: str
    before: Verdict | None
    verdict: Verdict
    partition: PartitionReport | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one look found, with the exit code that says the same."""

    verdict: Verdict
    exit_code: int
    groups: tuple[GroupReport, ...]


def of_partition(found: PartitionVerdict, at: datetime) -> PartitionReport:
    """One partition at a time of day."""
    return PartitionReport(
        topic=found.topic,
        partition=found.partition,
        verdict=found.found.verdict,
        lag=found.lag,
        seconds_without_progress=round(found.stalled_s, 1),
        since=at - timedelta(seconds=found.found.seconds),
        client_id=found.client_id,
        host=found.host,
        cause=found.found.cause,
        remedy=found.found.remedy,
    )


def of_group(found: GroupVerdict, at: datetime) -> GroupReport:
    """One group at a time of day."""
    partitions = tuple(of_partition(one, at) for one in found.partitions)
    return GroupReport(found.group, found.verdict, found.members, found.lag, partitions)


def of_live(group: str, client_id: str | None, found: Liveness, at: datetime) -> LiveReport:
    """An answer of GET /live."""
    partitions = tuple(of_partition(one, at) for one in found.partitions)
    return LiveReport(group, client_id, found.alive, found.verdict, found.reason, partitions)


def outcome(groups: Iterable[GroupVerdict], at: datetime) -> Outcome:
    """What one look found."""
    found = tuple(of_group(group, at) for group in groups)
    verdict = worst(group.verdict for group in found)
    return Outcome(verdict, EXIT_CODES[verdict], found)
