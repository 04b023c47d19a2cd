"""The redact worker: the only stage that ever sees personal data."""

from streams.delivery.worker import Worker
from streams.redact.stage import SOURCES
from streams.redact.wiring import build_stage


def wire(worker: Worker) -> None:
    """One agent for both routes: what concerns one entity meets in one state."""
    worker.agent(build_stage(worker.settings, worker.codec), SOURCES, table=worker.table("entities"))
