"""Running the watch: for ever as a process, or once as a question."""

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Mapping, Sequence

from streams.health import HealthServer
from streams.log import logger
from streams.settings import Settings
from streams.watch.broker import Broker
from streams.watch.groups import bounds_for, bounds_of, only, watched
from streams.watch.judge import Bounds
from streams.watch.parked import Workers
from streams.watch.routes import routes
from streams.watch.verdict import GroupVerdict
from streams.watch.watcher import Show, Watcher
from topics.catalogue import catalogue

_log = logger("watch")

Progress = Callable[[float, Sequence[GroupVerdict]], None]
"""Told the seconds that are left at most, and the present verdicts."""


class PortError(RuntimeError):
    """The watch cannot listen; the text names the setting."""


async def keep_watch(settings: Settings, group: str | None, show: Show) -> None:
    """Watch until SIGTERM or SIGINT, and answer over HTTP. PortError when the port is taken."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    groups = only(watched(catalogue()), group)
    watcher = _watcher(settings, groups, {name: bounds_of(name, settings) for name in groups})
    server = HealthServer(settings.http_host, settings.http_port, watcher.reached, routes(watcher))
    try:
        await _listen(server, settings)
        _log.info("watches", extra={"groups": list(groups), "port": settings.http_port})
        watching, stopped = asyncio.create_task(watcher.run(show)), asyncio.create_task(stop.wait())
        await asyncio.wait({watching, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()
        watching.cancel()
        stopped.cancel()
        await asyncio.wait({watching, stopped})
    finally:
        await server.stop()
        await watcher.close()


async def look_once(
    settings: Settings, group: str | None, look_s: float | None, progress: Progress
) -> tuple[GroupVerdict, ...]:
    """Look until every partition has moved or has its verdict: `look_s` seconds at most, else what the bounds need."""
    groups = only(watched(catalogue()), group)
    bounds = {name: bounds_for(look_s, settings) if look_s else bounds_of(name, settings) for name in groups}
    watcher = _watcher(settings, groups, bounds)
    began, longest_s = time.monotonic(), max(one.no_progress_s + 2 * one.interval_s for one in bounds.values())
    try:
        while True:
            await watcher.look()
            left_s = began + longest_s - time.monotonic()
            if watcher.settled or left_s <= 0:
                break
            progress(left_s, watcher.verdicts)
            await asyncio.sleep(watcher.interval_s)
    finally:
        await watcher.close()
    return watcher.verdicts


def _watcher(settings: Settings, groups: Mapping[str, Mapping[str, int]], bounds: Mapping[str, Bounds]) -> Watcher:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # Kafka that is away is a verdict, told once
    broker = Broker(settings.kafka_bootstrap, settings.client_id_of("watch"), settings.watch_deadline_s)
    workers = Workers({name: [str(url) for url in urls] for name, urls in settings.watch_workers.items()})
    return Watcher(groups, bounds, broker, workers)


async def _listen(server: HealthServer, settings: Settings) -> None:
    try:
        await server.start()
    except OSError as error:
        where = f"{settings.http_host}:{settings.http_port}"
        raise PortError(f"cannot listen on {where} ({error.strerror}): set INLAND_HTTP_PORT to a free port") from None
