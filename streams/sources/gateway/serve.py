"""Running the gateway as a process, and how it ends."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import cast

from aiohttp import web

from avro_schemas.codec import Codec
from streams.delivery.outbox import Outbox
from streams.log import logger
from streams.metrics import WEBHOOK_CONNECTIONS
from streams.settings import Settings
from streams.sources.gateway.app import Gateway, Limits
from streams.sources.gateway.backpressure import Bounds
from streams.sources.gateway.connection import Connection, Door
from streams.sources.gateway.rotation import WatchedShops

_log = logger("gateway")
_BACKLOG = 512
_LAST_WORDS_S = 2.0
_PAUSE_S = 0.02


@asynccontextmanager
async def listening(gateway: Gateway, host: str, port: int, connections: int, stop_s: float) -> AsyncIterator[int]:
    """Serve on a port (0: any; yielded) until the block ends; then answer what is under way, within `stop_s`."""
    runner = web.AppRunner(gateway.app(), access_log=None, shutdown_timeout=stop_s)
    await runner.setup()
    loop, manager, door = asyncio.get_running_loop(), cast(web.Server, runner.server), Door(connections)
    WEBHOOK_CONNECTIONS.set_function(lambda: door.open)
    try:
        server = await loop.create_server(lambda: Connection(manager, door, loop), host, port, backlog=_BACKLOG)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            await _close(server, lambda: Connection(manager, door, loop))
            await _drained(gateway, door, stop_s)
    finally:
        await runner.cleanup()


async def _close(server: asyncio.Server, protocol: Callable[[], asyncio.Protocol]) -> None:
    """Stop listening; who stands in the kernel's queue already is let in, where closing alone would cut him off."""
    queues = [one.dup() for one in server.sockets]
    server.close()
    for queue in queues:
        with queue, suppress(BlockingIOError):
            while True:
                caller, _ = queue.accept()
                await asyncio.get_running_loop().connect_accepted_socket(protocol, caller)


async def _drained(gateway: Gateway, door: Door, within_s: float) -> None:
    """Until nothing is under way and nobody who has just come is about to say something; `within_s` at most."""
    loop = asyncio.get_running_loop()
    ends, silence_ends = loop.time() + within_s, loop.time() + min(_LAST_WORDS_S, within_s)
    # Looked at rather than told: two counters of the hot path, read once in a life.
    while loop.time() < ends and (gateway.under_way or (door.silent and loop.time() < silence_ends)):  # noqa: ASYNC110
        await asyncio.sleep(_PAUSE_S)
    if gateway.under_way:
        _log.error("stops with requests under way", extra={"requests": gateway.under_way})


def limits_of(settings: Settings) -> Limits:
    """The gateway's limits as the settings name them."""
    return Limits(
        Bounds(settings.webhook_waiting, settings.webhook_held_bytes, settings.webhook_stall_s),
        settings.webhook_body_limit_bytes,
        settings.webhook_read_timeout_s,
        settings.webhook_remembered,
        settings.webhook_remembered_s,
        settings.shops_reload_s,
    )


async def serve(settings: Settings, gateway: Gateway) -> None:
    """Until SIGTERM or SIGINT. Then `/ready` says no, nobody new is let in, what is under way is answered."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, gateway.look_now.set)
    where = settings.http_host, settings.http_port
    # What start-up made lives for ever: the garbage collector need not look at it again and again.
    gc.freeze()
    async with listening(gateway, *where, settings.webhook_connections, settings.webhook_stop_timeout_s):
        _log.info("listens", extra={"port": settings.http_port})
        await stop.wait()
        gateway.leave()
        _log.info("stops")
        await asyncio.sleep(settings.webhook_stop_delay_s)
    _log.info("stopped: everything under way was answered")


def run_gateway(settings: Settings) -> None:
    """Serve webhooks until SIGTERM or SIGINT."""
    outbox = Outbox(settings.kafka_bootstrap, "inland-gateway", settings.webhook_broker_timeout_s)
    shops, codec = WatchedShops(settings.shops_file), Codec.connect(settings.registry_url)

    async def run() -> None:
        await serve(settings, Gateway(shops, codec, outbox, limits_of(settings)))

    asyncio.run(run())
