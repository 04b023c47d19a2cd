"""Running the sink as a process."""

import asyncio
import os
import signal
import sys

from avro_schemas.codec import Codec
from streams.audit.errors import SinkStoppedError
from streams.audit.settings import SinkSettings
from streams.audit.sink import run_sink
from streams.delivery.failure import StageFailedError
from streams.delivery.limit import LimitReachedError
from streams.health import HealthServer
from streams.log import logger
from streams.settings import Settings

_log = logger("sink")


def run_sink_process(settings: Settings) -> None:
    """Run the sink until SIGTERM, SIGINT or a refusal by ClickHouse; the latter exits non-zero and says why.

    With EX_CONFIG (78) when more records were unreadable than the limit allows: no restart helps.
    """
    try:
        asyncio.run(_sink(settings))
    except (SinkStoppedError, StageFailedError) as stopped:
        _log.error("the sink has stopped", extra={"reason": str(stopped)})
        sys.exit(os.EX_CONFIG if isinstance(stopped, LimitReachedError) else 1)


async def _sink(settings: Settings) -> None:
    ready, stop = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    health = HealthServer(settings.http_host, settings.http_port, ready.is_set)
    await health.start()
    try:
        codec = await asyncio.to_thread(Codec.connect, settings.registry_url)
        await run_sink(SinkSettings.of(settings), codec, ready=ready, stop=stop)
    finally:
        await health.stop()
