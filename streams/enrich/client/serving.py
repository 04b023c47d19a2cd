"""What one server serves, remembered: asked at the start, after an outage, and every so often."""

import asyncio
import time
from collections.abc import Callable

from streams.enrich.client import info
from streams.enrich.client.failures import FAILURES
from streams.enrich.client.reply import ModelInfo
from streams.enrich.client.transport import EndpointTransport, client_over
from streams.residency.endpoints import ModelEndpoint

_LONGEST_S = 10.0


class Serving:
    """Asked by one caller for all who wait. A look that is merely due does not hold calls up; an overdue one does."""

    def __init__(
        self, endpoint: ModelEndpoint, transport: EndpointTransport, every_s: float, key: Callable[[], str]
    ) -> None:
        """`key`: reads the endpoint's key."""
        self._endpoint = endpoint
        self._transport = transport
        self._every_s = every_s
        self._key = key
        self._asking = asyncio.Lock()
        self._known: ModelInfo | None = None
        self._asked_at = float("-inf")
        self._doubted = False
        self._ahead: asyncio.Task[ModelInfo | None] | None = None

    @property
    def known(self) -> ModelInfo | None:
        """The newest that the server has told."""
        return self._known

    def doubt(self) -> None:
        """Something went wrong: another model may come up, so the next call asks first."""
        self._doubted = True

    async def current(self, within_s: float) -> ModelInfo:
        """What it serves. One of FAILURES where it had to be asked and did not tell within `within_s`, 10 s at most."""
        age = time.monotonic() - self._asked_at
        if self._known is not None and not self._doubted and age < 2 * self._every_s:
            if age >= self._every_s and (self._ahead is None or self._ahead.done()):
                self._ahead = asyncio.create_task(self._look_ahead())
            return self._known
        asked_at = self._asked_at
        async with asyncio.timeout(min(within_s, _LONGEST_S)), self._asking:
            # Who waited for the lock takes the answer that came meanwhile.
            if self._known is None or self._asked_at == asked_at:
                await self._ask()
            return self._known  # type: ignore[return-value]  # just asked

    async def close(self) -> None:
        """End a look that is under way."""
        if self._ahead is not None:
            self._ahead.cancel()
            await asyncio.gather(self._ahead, return_exceptions=True)

    async def _look_ahead(self) -> ModelInfo | None:
        try:
            async with asyncio.timeout(_LONGEST_S), self._asking:
                await self._ask()
        except FAILURES:
            return None  # calls will tell; the overdue look asks again
        return self._known

    async def _ask(self) -> None:
        with self._transport.exchange():
            async with client_over(self._transport) as client:
                told = await info.ask(client, self._endpoint, self._key())
        # The same object for the same answer: whoever compares sees what is new.
        self._known = self._known if told == self._known else told
        self._asked_at, self._doubted = time.monotonic(), False
