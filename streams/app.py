"""Wiring: which agents a worker runs. Each room wires its own; only the room that is asked for is loaded."""

from importlib import import_module
from typing import Literal

import faust

from streams.delivery.worker import make_worker
from streams.log import logger
from streams.settings import Settings

WorkerName = Literal["redact", "enrich", "recommend"]

_log = logger("worker")


def run_worker(name: WorkerName, settings: Settings) -> None:
    """Run a Faust worker until SIGTERM, SIGINT or a failure; a failure exits non-zero, for a supervisor to restart."""
    worker = make_worker(name, settings)
    import_module(f"streams.{name}.agent").wire(worker)
    _log.info("starts", extra={"worker": name, "port": settings.http_port})
    try:
        faust.Worker(worker.app, override_logging=False, redirect_stdouts=False, quiet=True).execute_from_commandline()
    except SystemExit as ended:
        # Faust swallows what ended it; a supervisor's log must say it.
        if ended.code and ended.__context__ is not None:
            _log.error("the worker has stopped", extra={"worker": name, "reason": repr(ended.__context__)})
        raise
