"""Running a worker as a process, and how it ends."""

import os
import sys

import faust

from streams.delivery.failure import TableBrokenError
from streams.delivery.limit import LimitReachedError
from streams.delivery.worker import Worker
from streams.log import logger

_log = logger("worker")


def serve(worker: Worker) -> None:
    """Run until SIGTERM, SIGINT or a failure.

    A failure exits non-zero, for a supervisor to start the worker again; with EX_CONFIG (78, sysexits.h) where that
    cannot help: more was refused than the limit allows, or a table cannot be recovered.
    """
    try:
        faust.Worker(worker.app, override_logging=False, redirect_stdouts=False, quiet=True).execute_from_commandline()
    except SystemExit as ended:
        reason = ended.__context__
        if ended.code and reason is not None:
            # Faust swallows what ended it; a supervisor's log must say it.
            _log.error("the worker has stopped", extra={"worker": worker.app.conf.id, "reason": repr(reason)})
        if isinstance(reason, LimitReachedError | TableBrokenError):
            sys.exit(os.EX_CONFIG)
        raise
