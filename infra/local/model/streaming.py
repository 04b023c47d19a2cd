"""Server-sent events as TGI writes them.

Errors inside a stream, refused parameters included, come as an event with HTTP 200.
Specification: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from infra.local.model.errors import InferError
from infra.local.model.wire.base import Response
from infra.local.model.wire.responses import ErrorResponse

DONE = b"data: [DONE]\n\n"
_HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",  # proxies must not hold tokens back
}


def frame(event: Response) -> bytes:
    """One event. JSON text holds no line break, so one `data` line is enough."""
    return f"data: {event.to_json()}\n\n".encode()


async def send_events(request: web.Request, events: AsyncIterator[Response], *, done: bool) -> web.StreamResponse:
    """Write `events` as they come, then `[DONE]` where `done` asks for it.

    Returns early when the client has left; the caller closes `events`, which ends the generation.
    """
    response = web.StreamResponse(headers=_HEADERS)
    await response.prepare(request)
    with suppress(ConnectionError):
        try:
            async for event in events:
                await response.write(frame(event))
        except InferError as error:
            await response.write(frame(ErrorResponse(error=error.message, error_type=error.error_type)))
        if done:
            await response.write(DONE)
        await response.write_eof()
    return response
