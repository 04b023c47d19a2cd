"""From looks at a group to verdicts. No clock and no Kafka: whoever calls says what was seen, and when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from streams.watch import remedies
from streams.watch.clocks import Clock, advance
from streams.watch.verdict import DEAD, Finding, GroupVerdict, PartitionVerdict, Verdict, worst
from streams.watch.view import GroupView, PartitionView

WHOEVER_READS = 5
"""So many times the bound without progress is stuck, however often the partition was given out again."""

_FORGET_CLIENT = 10
"""A client id that was no member for so many times the bound is forgotten."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where on a group is lagging, dead or unreachable."""

    max_lag: int
    no_progress_s: float
    interval_s: float
    """Between two looks."""
    away_s: float
    """Without an answer of Kafka's."""


class Judge:
    """Follows one group."""

    def __init__(self, group: str, topics: Mapping[str, int], bounds: Bounds) -> None:
        """`topics`: name and partitions of what the group reads. What was before the first look does not count."""
        self._group, self._topics, self._bounds = group, topics, bounds
        self._at: float | None = None
        self._clocks: dict[tuple[str, int], Clock] = {}
        self._absent: dict[str, float] = {}
        self._rebalancing, self._rebalance_s, self._looked_s = False, 0.0, 0.0

    def see(self, view: GroupView, at: float) -> GroupVerdict:
        """The verdict after a look at `at`, in seconds of any clock that only goes forward."""
        passed = self._passed(at)
        self._looked_s += passed
        self._rebalance_s = self._rebalance_s + passed if view.rebalancing and self._rebalancing else 0.0
        self._rebalancing = view.rebalancing
        self._note_members(view, passed)
        seen = [self._see(view, partition, passed) for partition in view.partitions]
        return GroupVerdict(
            group=self._group,
            verdict=worst(verdict.found.verdict for verdict, _ in seen),
            members=len(view.members),
            partitions=tuple(verdict for verdict, _ in seen),
            absent=dict(self._absent),
            looked_s=self._looked_s,
            settled=all(settled for _, settled in seen),
        )

    def miss(self, before: GroupVerdict | None, began: float, at: float) -> GroupVerdict | None:
        """The verdict after a look without an answer: the one `before`, until Kafka has been away for too long.

        `began`: when looking began, for a group that was never seen.
        """
        away_s = at - (began if self._at is None else self._at)
        if away_s < self._bounds.away_s:
            return before
        found = Finding(Verdict.UNREACHABLE, away_s, *remedies.UNREACHABLE)
        known = before.partitions if before else self._never_seen()
        partitions = tuple(replace(one, found=found, client_id="", host="") for one in known)
        return GroupVerdict(self._group, Verdict.UNREACHABLE, 0, partitions, {}, self._looked_s, settled=True)

    def _never_seen(self) -> Iterable[PartitionVerdict]:
        for topic, count in self._topics.items():
            for number in range(count):
                yield PartitionVerdict(topic, number, 0, 0.0, Finding(Verdict.OK))

    def _passed(self, at: float) -> float:
        """Seconds to count since the last look.

        Little of a pause in which nobody looked is held against the group, and nothing from before a long one: Kafka,
        or this process, was away, and the group had to find itself again.
        """
        gap = 0.0 if self._at is None else at - self._at
        self._at = at
        if gap > max(self._bounds.no_progress_s, self._bounds.away_s):
            self._clocks.clear()
            self._absent.clear()
            self._rebalancing, self._looked_s = False, 0.0
            return 0.0
        return min(gap, 2 * self._bounds.interval_s)

    def _note_members(self, view: GroupView, passed: float) -> None:
        forget = _FORGET_CLIENT * self._bounds.no_progress_s
        absent = {client: seconds + passed for client, seconds in self._absent.items() if seconds + passed < forget}
        self._absent = absent | dict.fromkeys((member.client_id for member in view.members), 0.0)

    def _see(self, view: GroupView, partition: PartitionView, passed: float) -> tuple[PartitionVerdict, bool]:
        place, owner = (partition.topic, partition.number), view.owner(partition)
        settling = view.rebalancing and self._rebalance_s < self._bounds.no_progress_s
        clock = advance(self._clocks.get(place), partition, owner.id if owner else None, passed, settling=settling)
        self._clocks[place] = clock
        found = self._find(clock, partition)
        settled = found.verdict in DEAD or bool(partition.parked_s) or (clock.moved and owner is not None)
        verdict = PartitionVerdict(
            topic=partition.topic,
            partition=partition.number,
            lag=partition.lag,
            stalled_s=clock.stalled_s,
            found=found,
            client_id=owner.client_id if owner else "",
            host=owner.host if owner else "",
        )
        return verdict, settled

    def _find(self, clock: Clock, partition: PartitionView) -> Finding:
        bound = self._bounds.no_progress_s
        if clock.headless_s >= bound:
            return Finding(Verdict.UNASSIGNED, clock.headless_s, *remedies.NO_LEADER)
        if clock.owner is None and self._rebalance_s >= bound:
            return Finding(Verdict.UNASSIGNED, self._rebalance_s, *remedies.ENDLESS_REBALANCE)
        if clock.alone_s >= bound:
            return Finding(Verdict.UNASSIGNED, clock.alone_s, *remedies.NO_MEMBER)
        if partition.parked_s:
            return Finding(Verdict.PARKED, partition.parked_s, *remedies.PARKED)
        if clock.held_s >= bound or clock.stalled_s >= WHOEVER_READS * bound:
            return Finding(Verdict.STUCK, clock.stalled_s, *remedies.NO_PROGRESS)
        if partition.lag > self._bounds.max_lag:
            return Finding(Verdict.LAGGING, clock.stalled_s, *remedies.LAGGING)
        return Finding(Verdict.OK)
