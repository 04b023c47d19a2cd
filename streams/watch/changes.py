"""Which verdicts are others than at the look before."""

from collections.abc import Sequence
from datetime import datetime

from streams.watch.report import Change, of_partition
from streams.watch.verdict import GroupVerdict, Verdict


class Changes:
    """Remembers the verdict of every partition."""

    def __init__(self) -> None:
        self._before: dict[tuple[str, str, int], Verdict] = {}

    def since_last(self, groups: Sequence[GroupVerdict], at: datetime) -> list[Change]:
        """What changed. The first look tells only what is not ok."""
        found: list[Change] = []
        for group in groups:
            for one in group.partitions:
                place = (group.group, one.topic, one.partition)
                before, now = self._before.get(place), of_partition(one, at)
                self._before[place] = now.verdict
                if now.verdict is not (before or Verdict.OK):
                    found.append(Change(at, group.group, before, now))
        return found
