"""`python -m infra.local.model`: serve until SIGTERM or SIGINT."""

import asyncio
import logging
import signal
import sys

from aiohttp import web

from infra.local.model.app import create_app, load_model, unload_model
from infra.local.model.engine import EngineUnavailableError
from infra.local.model.settings import Settings, parse_settings

_SHUTDOWN_S = 10.0

log = logging.getLogger("inland.model")


async def serve(settings: Settings) -> None:
    """Listen at once, load the model, serve until a signal; running calls get a few seconds to end.

    Raises `EngineUnavailableError`, or `OSError` when the address is taken.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    app = create_app(settings)
    # A client that leaves cancels its handler, which gives its slot back.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        log.info("listening on %s", ", ".join(f"http://{host}:{port}" for host, port, *_ in runner.addresses))
        await load_model(app)
        await stop.wait()
        log.info("stopping")
    finally:
        await runner.cleanup()
        await unload_model(app)


def main() -> int:
    """Run the server; the exit status is 1 when it could not start."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    settings = parse_settings()
    try:
        asyncio.run(serve(settings))
    except EngineUnavailableError as error:
        log.error("%s", error)
        return 1
    except OSError as error:
        log.error("cannot listen on %s:%d: %s", settings.host, settings.port, error.strerror)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
