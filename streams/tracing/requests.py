"""A span for every webhook request. The gateway takes no trace from outside: whoever posts could name any."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind

from streams.tracing.context import fail, tracer


def middlewares(path: str) -> tuple[Middleware, ...]:
    """What an application runs its requests through: nothing while tracing is off.

    `path`: of the route whose requests are traced, as it was added to the router; all others are not.
    """
    used = tracer()
    if used is None:
        return ()

    @web.middleware
    async def traced(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        if resource is None or resource.canonical != path:
            return await handler(request)
        with used.start_as_current_span(
            f"{request.method} {path}",
            context=Context(),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": request.method, "http.route": path},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                answer = await handler(request)
            except BaseException as error:
                fail(error)
                raise
            span.set_attribute("http.response.status_code", answer.status)
            return answer

    return (traced,)
