"""The redact worker: the only stage that ever sees personal data."""

from streams.delivery.worker import Worker
from streams.redact.changes import RedactChanges
from streams.redact.deliveries import RedactDeliveries
from streams.redact.wiring import build_publisher, build_violations
from topics.names import SHOP_CDC_CHANGES, WOO_DELIVERIES


def wire(worker: Worker) -> None:
    """Two agents: one for webhook deliveries, one for row changes."""
    publisher = build_publisher(worker.settings, worker.codec)
    worker.agent(RedactDeliveries(worker.codec, publisher), [WOO_DELIVERIES], table=worker.table("entities"))
    violations = build_violations(worker.settings, worker.codec)
    worker.agent(RedactChanges(worker.codec, publisher, violations), [SHOP_CDC_CHANGES], table=worker.table("orders"))
