"""Connections: how many, how long they may keep silent, and answers to what is no HTTP."""

import asyncio
from dataclasses import dataclass
from typing import Any, cast

from aiohttp import web
from aiohttp.http_exceptions import LineTooLong

from streams.log import logger
from streams.metrics import DELIVERIES
from streams.sources.gateway.answers import refusal
from streams.sources.gateway.rejected import Rejected

_log = logger("gateway")
_HEAD_BYTES = 4096
_HEADERS = 64
_HEAD_S = 10.0
_IDLE_S = 75.0
_LINGER_S = 2.0

_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 2\r\nConnection: close\r\n"
    b"Content-Length: 79\r\n\r\n"
    b'{"error": "connections_full", "remedy": "run more gateways, or look who calls"}'
)


@dataclass(slots=True)
class Door:
    """How many connections are open, at most `most`; `silent`: those that have not sent a request yet."""

    most: int
    open: int = 0
    silent: int = 0


class Connection(web.RequestHandler):
    """One client's connection. A line, a header and the number of headers are bounded; nothing is ever unpacked."""

    __slots__ = ("_counted", "_door", "_first", "_spoke")

    def __init__(self, manager: web.Server, door: Door, loop: asyncio.AbstractEventLoop) -> None:
        limits = {"max_line_size": _HEAD_BYTES, "max_field_size": _HEAD_BYTES, "max_headers": _HEADERS}
        how: dict[str, Any] = {"keepalive_timeout": _IDLE_S, "lingering_time": _LINGER_S, "auto_decompress": False}
        super().__init__(manager, loop=loop, access_log=None, **limits, **how)  # type: ignore[arg-type]  # None: no log
        self._door = door
        self._counted = False
        self._spoke = False
        self._first: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or tell it at once that there is no room."""
        if self._door.open >= self._door.most:
            DELIVERIES.labels("unknown", "connections_full").inc()
            self.close()
            cast(asyncio.Transport, transport).write(_FULL)
            transport.close()
            return
        self._counted = True
        self._door.open += 1
        self._door.silent += 1
        self._first = asyncio.get_running_loop().call_later(_HEAD_S, self._hurry)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """The connection is over."""
        if self._counted:
            self.spoke()
            self._counted = False
            self._door.open -= 1
        super().connection_lost(exc)

    def spoke(self) -> None:
        """A whole head has come: from here on the body's bounds and the idle time hold."""
        if not self._spoke:
            self._spoke = True
            self._door.silent -= 1
            if self._first is not None:
                self._first.cancel()

    def _hurry(self) -> None:
        DELIVERIES.labels("unknown", "slow_head").inc()
        self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what cannot be read as HTTP; aiohttp's own would quote it, in the answer and in the log."""
        self.spoke()
        rejected = _unreadable(status, exc)
        DELIVERIES.labels("unknown", rejected.outcome).inc()
        self.log_exception(rejected.outcome, exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionResetError("part of an answer has been sent")
        answer = refusal(rejected)
        answer.force_close()
        return answer

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """What went wrong, by type alone: messages of the parser and tracebacks quote what was received."""
        error = kw.get("exc_info")
        _log.warning("a connection was ended", extra={"reason": str(args[0]), "error": type(error).__name__})


def _unreadable(status: int, error: BaseException | None) -> Rejected:
    if status >= 500:
        return Rejected(503, "defect", "report it with the gateway's log; WooCommerce does not send it again")
    if isinstance(error, LineTooLong) or "too many" in str(error).lower():
        return Rejected(431, "head_too_large", f"send at most {_HEADERS} headers of {_HEAD_BYTES} bytes")
    return Rejected(400, "malformed_request", "send HTTP/1.1: see what changes the request on its way")
