"""Admission and turns: how many calls are let in, and how many of them generate at the same time."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from infra.local.model.errors import OverloadedError
from infra.local.model.metrics import Metrics


class Scheduler:
    """Lets in at most `max_concurrent` calls and lets `parallel` of them generate; the others wait in order."""

    def __init__(self, *, max_concurrent: int, parallel: int, metrics: Metrics) -> None:
        self._free = max_concurrent
        self._slots = asyncio.Semaphore(parallel)
        self._metrics = metrics

    @contextmanager
    def admission(self) -> Iterator[None]:
        """Hold a place for one call, or raise `OverloadedError` at once."""
        if self._free == 0:
            raise OverloadedError
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a turn to generate, and hold it. A caller that is cancelled leaves the queue or gives it back."""
        with self._metrics.queue_size.track_inprogress():
            await self._slots.acquire()
        try:
            with self._metrics.batch_size.track_inprogress():
                yield
        finally:
            self._slots.release()
