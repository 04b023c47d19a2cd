"""A group under watch, told look by look."""

from dataclasses import dataclass, field

from streams.watch.judge import Bounds, Judge
from streams.watch.verdict import GroupVerdict, PartitionVerdict
from streams.watch.view import GroupView, Member, PartitionView

GROUP, TOPIC = "inland-redact", "woo.deliveries"
INTERVAL_S, BOUND_S = 5.0, 60.0
BOUNDS = Bounds(max_lag=1000, no_progress_s=BOUND_S, interval_s=INTERVAL_S, away_s=25.0)
PARTITION = PartitionView(TOPIC, 0, begin=0, end=10, committed=10)
READER = Member("m-1", "redact-a", "/10.0.0.1", frozenset({(TOPIC, 0)}))


def view(partition: PartitionView = PARTITION, *members: Member, state: str = "Stable") -> GroupView:
    """The group with one partition, read by READER unless other members are named."""
    return GroupView(GROUP, state, members or (READER,), (partition,))


def at(committed: int | None, end: int | None = 10, parked_s: float = 0.0) -> PartitionView:
    """The partition with other offsets."""
    return PartitionView(TOPIC, 0, None if end is None else 0, end, committed, parked_s)


@dataclass
class Looks:
    """Looks at the group every INTERVAL_S seconds."""

    judge: Judge = field(default_factory=lambda: Judge(GROUP, {TOPIC: 1}, BOUNDS))
    now: float = 1000.0

    def for_seconds(self, seconds: float, seen: GroupView) -> GroupVerdict:
        """The verdict after the same was seen for so long."""
        found = self.once(seen)
        for _ in range(round(seconds / INTERVAL_S)):
            self.now += INTERVAL_S
            found = self.judge.see(seen, self.now)
        return found

    def once(self, seen: GroupView) -> GroupVerdict:
        """The verdict after one more look."""
        self.now += INTERVAL_S
        return self.judge.see(seen, self.now)


def only(found: GroupVerdict) -> PartitionVerdict:
    """The verdict of the one partition."""
    (partition,) = found.partitions
    return partition
