"""Connections to one endpoint, each in a pool of its own.

httpcore's pool looks at every connection for every other on each request: 500 calls in flight cost it more than the
model does. So each call has a pool of one connection to itself, taken from the warm end of a list.
"""

import ssl
import time
from collections import deque

import httpx

# Shorter than the servers' own: uvicorn, under vLLM and SGLang, closes after 5 s.
KEEPALIVE_S = 4.0
_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEEPALIVE_S)


class Connections:
    """As many as are in use at a time; what has been idle for longer than a server keeps it is let go."""

    def __init__(self, certificates: ssl.SSLContext) -> None:
        """`certificates`: what https is checked against."""
        self._certificates = certificates
        self._idle: deque[tuple[float, httpx.AsyncHTTPTransport]] = deque()

    def take(self) -> tuple[httpx.AsyncHTTPTransport, bool]:
        """The one used last, else a new one, and whether it was used; for the taker alone until it is given back."""
        return (self._idle.pop()[1], True) if self._idle else (self.new(), False)

    def new(self) -> httpx.AsyncHTTPTransport:
        """One without a connection yet, as from `take`."""
        return httpx.AsyncHTTPTransport(verify=self._certificates, trust_env=False, limits=_ONE)

    async def give_back(self, connection: httpx.AsyncHTTPTransport) -> None:
        """Ready for the next call."""
        now = time.monotonic()
        self._idle.append((now, connection))
        if now - self._idle[0][0] > KEEPALIVE_S:
            await self._idle.popleft()[1].aclose()

    async def close(self) -> None:
        """Let go of all that are idle."""
        while self._idle:
            await self._idle.popleft()[1].aclose()
