"""A proxy between enrich and the model server, that can be slow, answer errors, or drop connections."""

import asyncio
from dataclasses import dataclass
from random import Random
from types import TracebackType
from typing import Self, TypeAlias

import aiohttp
from aiohttp import web

from infra.local.settings import HOST

TIMEOUT_S = 120.0
_HOP_BY_HOP = frozenset({"host", "connection", "transfer-encoding", "content-length", "keep-alive"})


@dataclass(frozen=True, slots=True)
class Passing:
    """Everything goes through."""


@dataclass(frozen=True, slots=True)
class Slow:
    """Every call waits between `least_s` and `most_s` seconds first."""

    least_s: float
    most_s: float


@dataclass(frozen=True, slots=True)
class Failing:
    """A share (0..1) of the calls gets one of these statuses, and never reaches the model."""

    share: float
    statuses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dropping:
    """A share (0..1) of the connections ends without an answer; half of them after the model has answered."""

    share: float


Mode: TypeAlias = Passing | Slow | Failing | Dropping


class ModelProxy:
    """Forwards to one model server. Use as an async context manager; `mode` may be set at any time."""

    def __init__(self, target: str, seed: int) -> None:
        """`target`: root URL of the model server."""
        self.mode: Mode = Passing()
        self.url = ""
        self.disturbed = 0
        """Calls that did not go straight through."""
        self._target = target
        self._chance = Random(f"{seed}/proxy")
        self._session: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen on a free loopback port."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S))
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        if self._runner:
            await self._runner.cleanup()
        if self._session:
            await self._session.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        match self.mode:
            case Slow(least_s, most_s):
                self.disturbed += 1
                await asyncio.sleep(self._chance.uniform(least_s, most_s))
            case Failing(share, statuses) if self._chance.random() < share:
                self.disturbed += 1
                return web.json_response(
                    {"error": "chaos", "error_type": "chaos"}, status=self._chance.choice(statuses)
                )
            case Dropping(share) if self._chance.random() < share:
                self.disturbed += 1
                if self._chance.random() < 0.5:
                    await self._forward(request)
                return _cut(request)
            case _:
                pass
        return await self._forward(request)

    async def _forward(self, request: web.Request) -> web.Response:
        if self._session is None:
            raise RuntimeError("ModelProxy is used outside `async with`")
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP}
        url = self._target + request.path_qs
        try:
            async with self._session.request(
                request.method, url, data=await request.read(), headers=headers
            ) as response:
                body, kept = await response.read(), dict(response.headers)
        except (aiohttp.ClientError, TimeoutError, OSError):
            # The model server is away: the client must see what it would see without the proxy.
            return _cut(request)
        passed = {name: value for name, value in kept.items() if name.lower() not in {*_HOP_BY_HOP, "content-encoding"}}
        return web.Response(status=response.status, body=body, headers=passed)


def _cut(request: web.Request) -> web.Response:
    """End the connection; the response that aiohttp wants to send goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=502)
