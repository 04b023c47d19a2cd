"""Which verdicts are others than at the look before."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from streams.watch.report import Change, of_partition
from streams.watch.verdict import GroupVerdict, Verdict


class Changes:
    """Remembers the verdict of every partition, and whether Kafka answers for its group."""

    def __init__(self) -> None:
        self._partitions: dict[tuple[str, str, int], Verdict] = {}
        self._groups: dict[str, Verdict] = {}

    def since_last(self, groups: Sequence[GroupVerdict], at: datetime) -> list[Change]:
        """What changed. The first look tells only what is not ok."""
        found: list[Change] = []
        for group in groups:
            before = self._groups.get(group.group)
            self._groups[group.group] = group.verdict
            if (before is Verdict.UNREACHABLE) != (group.verdict is Verdict.UNREACHABLE):
                found.append(Change(at, group.group, before, group.verdict))
            if group.verdict is not Verdict.UNREACHABLE:
                found += self._of_partitions(group, at)
        return found

    def _of_partitions(self, group: GroupVerdict, at: datetime) -> Iterator[Change]:
        for one in group.partitions:
            place, now = (group.group, one.topic, one.partition), one.found.verdict
            before = self._partitions.get(place)
            self._partitions[place] = now
            if now is not (before or Verdict.OK):
                yield Change(at, group.group, before, now, of_partition(one, at))
