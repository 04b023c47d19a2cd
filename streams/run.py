"""Starting the long-running processes: one function each."""

import asyncio
import signal
import sys

import faust
from aiohttp import web

from avro_schemas.codec import Codec
from streams.app import WorkerName, build
from streams.audit.errors import SinkStoppedError
from streams.audit.settings import SinkSettings
from streams.audit.sink import run_sink
from streams.delivery.outbox import Outbox
from streams.health import HealthServer
from streams.log import logger
from streams.settings import Settings
from streams.sources.gateway import Gateway
from streams.sources.shops import read_shops

_log = logger("run")


def run_gateway(settings: Settings) -> None:
    """Serve webhooks until SIGTERM or SIGINT."""
    outbox = Outbox(settings.kafka_bootstrap, "inland-gateway", settings.webhook_broker_timeout_s)
    gateway = Gateway(
        read_shops(settings.shops_file),
        Codec.connect(settings.registry_url),
        outbox,
        settings.webhook_body_limit_bytes,
    )
    _log.info("gateway starts", extra={"port": settings.http_port})
    web.run_app(gateway.app(), host=settings.http_host, port=settings.http_port, access_log=None, print=None)


def run_worker(name: WorkerName, settings: Settings) -> None:
    """Run a Faust worker until SIGTERM, SIGINT or a failure; a failure exits non-zero, for a supervisor to restart."""
    app = build(name, settings)
    _log.info("worker starts", extra={"worker": name, "port": settings.http_port})
    worker = faust.Worker(app, override_logging=False, redirect_stdouts=False, quiet=True)
    try:
        worker.execute_from_commandline()
    except SystemExit as ended:
        # Faust swallows what ended it; a supervisor's log must say it.
        if ended.code and ended.__context__ is not None:
            _log.error("the worker has stopped", extra={"worker": name, "reason": repr(ended.__context__)})
        raise


def run_sink_process(settings: Settings) -> None:
    """Run the sink until SIGTERM, SIGINT or a refusal by ClickHouse; the latter exits non-zero and says why."""
    try:
        asyncio.run(_sink(settings))
    except SinkStoppedError as stopped:
        _log.error("the sink has stopped", extra={"reason": str(stopped)})
        sys.exit(1)


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
