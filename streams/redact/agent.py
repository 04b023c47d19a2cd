"""The redact worker: the only stage that ever sees personal data."""

from streams.delivery.worker import Worker
from streams.redact.stage import SOURCES
from streams.redact.wiring import build_stage, detection_processes


def wire(worker: Worker) -> None:
    """One agent for both routes: what concerns one entity meets in one state."""
    stage = build_stage(worker.settings, worker.codec, detection_processes(worker.settings))
    worker.agent(stage, SOURCES, table=worker.table("entities"))
