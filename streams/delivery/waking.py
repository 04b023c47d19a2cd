"""Calls a stage for the states whose time has come, in batches, each while nothing else of its partition is under way.

Like a batch of messages, a batch of timers is one of the things that end, or are given up, before partitions go.
"""

import asyncio
from collections.abc import Callable

from streams.clock import now
from streams.delivery.batch import Batches
from streams.delivery.lanes import Lanes
from streams.delivery.timers import Wake
from streams.delivery.turns import Turns
from streams.log import logger

_log = logger("timers")
_TICK_S = 0.1
# A stage that leaves its timer as it is would be called for ever, as fast as it goes.
_REST_MS = 1000


class Waking:
    """Wakes the states of one stage."""

    def __init__(self, turns: Turns, batches: Batches, lanes: Lanes, size: int, ready: Callable[[], bool]) -> None:
        """`size`: the most timers of one batch; `ready`: whether neither recovery nor rebalance is under way."""
        self._table = turns.table
        self._turns = turns
        self._batches = batches
        self._lanes = lanes
        self._size = size
        self._ready = ready
        self._under_way: set[int] = set()

    async def run(self) -> None:
        """Look for what is due, for ever. Partitions go side by side. Raises what ends the worker."""
        try:
            async with asyncio.TaskGroup() as waking:
                while True:
                    await asyncio.sleep(_TICK_S)
                    self._take_up(waking)
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None

    def _take_up(self, waking: asyncio.TaskGroup) -> None:
        if not self._ready():
            return
        for partition in self._table.ringing(_now_ms()):
            if partition not in self._under_way:
                self._under_way.add(partition)
                waking.create_task(self._wake(partition))

    async def _wake(self, partition: int) -> None:
        try:
            with self._lanes.under_way():
                async with self._turns.turn(partition):
                    # While it waited for its turn the partition may have gone, or the timers may have been set anew.
                    if self._table.serves(partition):
                        await self._wake_due(partition)
        finally:
            self._under_way.discard(partition)

    async def _wake_due(self, partition: int) -> None:
        timers, topic = self._table.timers(partition), self._table.changelog
        due = [Wake(topic, partition, key, at) for key, at in timers.due(_now_ms(), self._size)]
        if not due:
            return
        done = await self._batches.wake(self._table, due)
        if unchanged := timers.rest(due[:done], _now_ms() + _REST_MS):
            place = {"place": due[0].place, "timers": unchanged}
            _log.warning("woken states still name the time that has passed: they are woken again", extra=place)


def _now_ms() -> int:
    return int(now().timestamp() * 1000)
