"""Reading a body under bounds of size, memory and time."""

import asyncio

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from streams.sources.gateway.backpressure import Backpressure
from streams.sources.gateway.rejected import Rejected


class Bodies:
    """Reads bodies, and counts their bytes for as long as they are held."""

    def __init__(self, pressure: Backpressure, limit: int, timeout_s: float) -> None:
        """`limit`: bytes of the largest body; `timeout_s`: seconds from the headers to its last byte."""
        self._pressure = pressure
        self._limit = limit
        self._timeout_s = timeout_s

    async def read(self, request: web.Request) -> bytes:
        """The whole body, held until `release`; Rejected, and nothing held, when it is too large, slow or not whole."""
        # Before anything is read: the answer may come before the body has been sent.
        if (request.content_length or 0) > self._limit:
            raise self._too_large()
        parts: list[bytes] = []
        try:
            if request.content.is_eof():  # small bodies come with their headers, and need no timer
                await self._take(request, parts)
            else:
                await self._in_time(request, parts)
        except BaseException:
            self._pressure.release(sum(map(len, parts)))
            raise
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def release(self, body: bytes) -> None:
        """The body is needed no more."""
        self._pressure.release(len(body))

    async def _in_time(self, request: web.Request, parts: list[bytes]) -> None:
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._take(request, parts)
        except TimeoutError:
            raise Rejected(408, "slow_body", "check the network between shop and gateway") from None
        except (web.RequestPayloadError, HttpProcessingError, ConnectionError):
            raise Rejected(400, "truncated_body", "see what cuts the body on its way to the gateway") from None

    async def _take(self, request: web.Request, parts: list[bytes]) -> None:
        size = 0
        while part := await request.content.readany():
            size += len(part)
            if size > self._limit:
                raise self._too_large()
            self._pressure.hold(len(part))
            parts.append(part)

    def _too_large(self) -> Rejected:
        return Rejected(413, "too_large", "raise INLAND_WEBHOOK_BODY_LIMIT_BYTES if the shop is right")
