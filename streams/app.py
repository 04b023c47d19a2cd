"""Wiring: which agents a worker runs. Each room wires its own; only the room that is asked for is loaded."""

from importlib import import_module
from typing import Literal

from streams.delivery.serve import serve
from streams.delivery.worker import make_worker
from streams.log import logger
from streams.settings import Settings

WorkerName = Literal["redact", "enrich", "enrich-batch", "recommend"]

_WIRED_BY: dict[WorkerName, str] = {
    "redact": "redact.agent:wire",
    "enrich": "enrich.agent:wire",
    "enrich-batch": "enrich.agent:wire_batch",
    "recommend": "recommend.agent:wire",
}

_log = logger("worker")


def run_worker(name: WorkerName, settings: Settings) -> None:
    """Run a Faust worker until SIGTERM, SIGINT or a failure; see streams.delivery.serve for how it ends."""
    worker = make_worker(name, settings)
    module, _, wire = _WIRED_BY[name].partition(":")
    getattr(import_module(f"streams.{module}"), wire)(worker)
    _log.info("starts", extra={"worker": name, "port": settings.http_port})
    serve(worker)
