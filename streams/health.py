"""GET /health and /metrics of a stage, served from its own event loop: a loop that is stuck does not answer."""

from collections.abc import Callable, Iterable
from typing import Any

from aiohttp import web
from mode import Service
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Ready = Callable[[], bool]


class HealthServer:
    """Serves the two routes, and what else it is given, until stopped."""

    def __init__(self, host: str, port: int, ready: Ready, more: Iterable[web.RouteDef] = ()) -> None:
        """`ready`: whether the stage takes work; decides between 200 and 503."""
        self._host = host
        self._port = port
        self._ready = ready
        self._more = tuple(more)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Begin to serve; OSError names a taken port."""
        app = web.Application()
        app.router.add_get("/health", self._health)
        app.router.add_get("/metrics", metrics)
        app.router.add_routes(self._more)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    async def stop(self) -> None:
        """Stop serving."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        ready = self._ready()
        return web.json_response({"ready": ready}, status=200 if ready else 503)


async def metrics(_request: web.Request) -> web.Response:
    """Every metric of this process, in Prometheus' text format."""
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def serve_health(app: Any, host: str, port: int) -> None:
    """Add the two routes to a Faust app; ready between the end of a rebalance and the next revocation."""
    state = {"ready": False}
    server = HealthServer(host, port, lambda: state["ready"])

    async def assigned(*_: Any, **__: Any) -> None:
        state["ready"] = True

    async def revoked(*_: Any, **__: Any) -> None:
        state["ready"] = False

    # Signals keep weak references only: weak=False, or the two would be collected at once.
    app.on_rebalance_complete.connect(assigned, weak=False)
    app.on_partitions_revoked.connect(revoked, weak=False)

    class Health(Service):
        async def on_start(self) -> None:
            await server.start()

        async def on_stop(self) -> None:
            await server.stop()

    app.service(Health)
