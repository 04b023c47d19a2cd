"""Posts deliveries as WordPress does: a new connection each, 60 s at most, no redirect, no second attempt."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import aiohttp

from infra.local.shop.webhook import Delivery

TIMEOUT_S = 60.0
MAX_ANSWER_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status, or None and the kind of failure. Times are UTC."""

    status: int | None
    failure: str
    sent_at: datetime
    answered_at: datetime

    @property
    def acknowledged(self) -> bool:
        """WooCommerce counts 200 to 302 as success."""
        return self.status is not None and 200 <= self.status <= 302


class Poster:
    """Posts to one URL with at most `concurrency` deliveries under way. Use as an async context manager."""

    def __init__(self, url: str, concurrency: int = 16) -> None:
        """Nothing is opened before `async with`."""
        self._url = url
        self._slots = asyncio.Semaphore(concurrency)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the client session."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True, limit=0),
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the session."""
        if self._session:
            await self._session.close()

    async def post(self, delivery: Delivery) -> Answer:
        """Post once. Every failure of the network is an answer without a status, never an exception."""
        if self._session is None:
            raise RuntimeError("Poster is used outside `async with`")
        async with self._slots:
            sent_at = datetime.now(UTC)
            try:
                async with self._session.post(
                    self._url, data=delivery.body, headers=delivery.headers, allow_redirects=False
                ) as response:
                    await response.content.read(MAX_ANSWER_BYTES)
                    return Answer(response.status, "", sent_at, datetime.now(UTC))
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                return Answer(None, type(error).__name__, sent_at, datetime.now(UTC))
