"""Our own queue for a place at a server: checkout before batch, first come first served within each.

Waiting here keeps the server's own queue short, so that what a shopper waits for never stands behind a batch.
"""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from streams.enrich.client.request import PRIORITIES, Priority

Place = TypeVar("Place")


class PlaceQueue(Generic[Place]):
    """Hands places out. Nothing is lost when a waiter is cancelled, were it in the moment that it is served."""

    def __init__(self, take: Callable[[], Place | None], give_back: Callable[[Place], None]) -> None:
        """`take`: a free place, None when there is none. `give_back`: returns one that was taken and not used."""
        self._take = take
        self._give_back = give_back
        # Dicts keep the order of arrival and forget a waiter that has left in constant time.
        self._waiting: dict[Priority, dict[asyncio.Future[Place], None]] = {name: {} for name in PRIORITIES}

    def depth(self, priority: Priority) -> int:
        """How many wait."""
        return len(self._waiting[priority])

    async def place(self, priority: Priority, within_s: float) -> Place:
        """A place, as soon as it is this caller's turn; TimeoutError after `within_s`, or what `fail` was given."""
        if not self._ahead(priority) and (free := self._take()) is not None:
            return free
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[Place] = loop.create_future()
        self._waiting[priority][turn] = None
        alarm = loop.call_later(within_s, _expire, turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._give_back(turn.result())
                self.wake()
            raise
        finally:
            alarm.cancel()
            self._waiting[priority].pop(turn, None)

    def wake(self) -> None:
        """Serve who waits, as far as there are places. To be called whenever a place may have become free."""
        for waiting in self._waiting.values():
            while (turn := next(iter(waiting), None)) is not None:
                if turn.done():
                    del waiting[turn]
                    continue
                if (free := self._take()) is None:
                    return
                del waiting[turn]
                turn.set_result(free)

    def fail(self, reason: Callable[[], Exception]) -> None:
        """Send everybody away: no place will become free."""
        for waiting in self._waiting.values():
            for turn in waiting:
                if not turn.done():
                    turn.set_exception(reason())
            waiting.clear()

    def _ahead(self, priority: Priority) -> bool:
        return bool(self._waiting["checkout"]) or (priority == "batch" and bool(self._waiting["batch"]))


def _expire(turn: "asyncio.Future[Place]") -> None:
    if not turn.done():
        turn.set_exception(TimeoutError())
