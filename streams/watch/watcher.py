"""Looks at Kafka again and again, and keeps the present verdicts."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from aiokafka.errors import KafkaError

from streams.log import logger
from streams.watch import metrics
from streams.watch.judge import Bounds, Judge
from streams.watch.parked import Parked
from streams.watch.verdict import GroupVerdict
from streams.watch.view import GroupView

_log = logger("watch")

Groups = Mapping[str, Mapping[str, int]]
Show = Callable[[Sequence[GroupVerdict]], None]


class Source(Protocol):
    """Where groups are seen: a Broker."""

    async def look(self, groups: Groups) -> dict[str, GroupView]:
        """Each group that answers; raises when none does."""

    async def close(self) -> None:
        """Let the connection go."""


class Worked(Protocol):
    """Where parked partitions are told: the Workers."""

    async def parked(self) -> dict[str, Parked]:
        """Seconds by group, topic and partition."""


class Watcher:
    """Follows groups of one Kafka."""

    def __init__(
        self,
        groups: Groups,
        bounds: Mapping[str, Bounds],
        source: Source,
        workers: Worked,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`groups`: group -> topic -> partitions. `clock`: seconds."""
        self.bounds = bounds
        self._groups, self._source, self._workers, self._clock = groups, source, workers, clock
        self._judges = {group: Judge(group, topics, bounds[group]) for group, topics in groups.items()}
        self._now: dict[str, GroupVerdict] = {}
        self._began = clock()
        self._reached: float | None = None
        self._answers = True

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups under watch."""
        return tuple(self._groups)

    @property
    def verdicts(self) -> tuple[GroupVerdict, ...]:
        """The present verdicts, of the groups that were seen."""
        return tuple(self._now[group] for group in self._groups if group in self._now)

    @property
    def settled(self) -> bool:
        """Whether every group was seen, and looking longer can change nothing for now."""
        return len(self._now) == len(self._groups) and all(group.settled for group in self._now.values())

    @property
    def interval_s(self) -> float:
        """Between two looks."""
        return min(bounds.interval_s for bounds in self.bounds.values())

    def of(self, group: str) -> GroupVerdict | None:
        """The present verdict of a group; None before it was first seen."""
        return self._now.get(group)

    def reached(self) -> bool:
        """Whether Kafka has answered lately."""
        away_s = max(bounds.away_s for bounds in self.bounds.values())
        return self._reached is not None and self._clock() - self._reached < away_s

    async def look(self) -> None:
        """One look; Kafka that does not answer is a verdict, never an error."""
        views = await self._views()
        at = self._clock()
        if views:
            self._reached = at
        for group, judge in self._judges.items():
            view = views.get(group)
            found = judge.see(view, at) if view else judge.miss(self._now.get(group), self._began, at)
            if found is not None:
                self._now[group] = found
        metrics.LOOKS.labels("answered" if views else "unanswered").inc()
        metrics.REACHED.set(self.reached())
        metrics.tell(self.verdicts)

    async def run(self, show: Show) -> None:
        """Look until cancelled; `show` is told after every look."""
        while True:
            await self.look()
            show(self.verdicts)
            await asyncio.sleep(self.interval_s)

    async def close(self) -> None:
        """Let Kafka go."""
        await self._source.close()

    async def _views(self) -> dict[str, GroupView]:
        try:
            views = await self._source.look(self._groups)
        except (KafkaError, TimeoutError, OSError) as error:
            if self._answers:
                _log.warning("Kafka does not answer: asking on", extra={"error": type(error).__name__})
            self._answers = False
            await self._source.close()  # the next look connects anew
            return {}
        if not self._answers:
            _log.info("Kafka answers again")
        self._answers = True
        parked = await self._workers.parked()
        return {group: _with_parked(view, parked.get(group, {})) for group, view in views.items()}


def _with_parked(view: GroupView, parked: Parked) -> GroupView:
    if not parked:
        return view
    partitions = (replace(one, parked_s=parked.get((one.topic, one.number), 0.0)) for one in view.partitions)
    return replace(view, partitions=tuple(partitions))
