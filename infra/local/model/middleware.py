"""What every request passes: the key, the shape of errors, one line in the log without any content."""

import hmac
import logging
import time

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from infra.local.model.errors import InferError
from infra.local.model.wire.responses import ErrorResponse

log = logging.getLogger("inland.model")

GUARDED = frozenset(
    {
        "/",
        "/generate",
        "/generate_stream",
        "/invocations",
        "/tokenize",
        "/v1/chat/completions",
        "/v1/completions",
    }
)


def require_key(api_key: str) -> Middleware:
    """Answer 401 with an empty body on the guarded routes unless the bearer key is `api_key`."""
    expected = f"Bearer {api_key}".encode()

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        if request.path in GUARDED and not hmac.compare_digest(given, expected):
            return web.Response(status=401)
        return await handler(request)

    return middleware


def error_response(error: InferError) -> web.Response:
    """TGI's answer to `error`."""
    body = ErrorResponse(error=error.message, error_type=error.error_type)
    return web.json_response(text=body.to_json(), status=error.status)


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error leaves as `{"error", "error_type"}`; an unexpected one is logged by its type alone."""
    try:
        return await handler(request)
    except InferError as error:
        return error_response(error)
    except web.HTTPException as error:
        body = ErrorResponse(error=error.reason, error_type="validation" if error.status < 500 else "unknown")
        return web.json_response(text=body.to_json(), status=error.status)
    except Exception as error:
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "unknown"
        log.error("unexpected error type=%s at=%s", type(error).__name__, place)
        body = ErrorResponse(error="internal error, see the server's log", error_type="unknown")
        return web.json_response(text=body.to_json(), status=500)


@web.middleware
async def log_calls(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One line per call of a guarded route: method, path, status, milliseconds, tokens."""
    if request.path not in GUARDED:
        return await handler(request)
    started = time.monotonic()
    status, tokens = "cancelled", "-"
    try:
        response = await handler(request)
        status, tokens = str(response.status), response.headers.get("x-generated-tokens", "-")
        return response
    finally:
        elapsed = (time.monotonic() - started) * 1000
        log.info("%s %s status=%s ms=%.0f generated_tokens=%s", request.method, request.path, status, elapsed, tokens)
