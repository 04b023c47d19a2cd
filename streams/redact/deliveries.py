"""The redact stage for webhook deliveries."""

import asyncio
from collections.abc import Sequence

from avro_schemas.codec import Codec, WireError
from avro_schemas.records import CapturedEvent, WooDelivery
from streams.clock import now
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import StateView
from streams.metrics import IGNORED, REPEATED
from streams.redact.publish import Publisher
from streams.sources import webhooks
from streams.sources.lineage import Lineage
from topics.names import consumer_group

# Versions of one entity that a repetition is recognised among.
REMEMBERED_VERSIONS = 50


def capture(message: Message, codec: Codec) -> CapturedEvent | None:
    """The change in a delivery; None when it tells none, RefusedError when there is none that Inland knows."""
    try:
        delivery: WooDelivery = codec.decode("woo_delivery", message.value)
    except WireError as error:
        raise RefusedError(f"codec: {error}", "only the gateway may write here; see who else did", WireError) from None
    lineage = Lineage.of(message, delivery["shop_id"], "webhook", delivery["received_at"])
    return webhooks.captured(delivery, lineage)


class RedactDeliveries:
    """Webhook deliveries to redacted commerce events; a change told twice is published once."""

    name = "redact-deliveries"
    group = consumer_group("redact")
    deadline_s = 30.0
    concurrency = 1

    def __init__(self, codec: Codec, publisher: Publisher) -> None:
        self._codec = codec
        self._publisher = publisher

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
        event = capture(message, self._codec)
        if event is None:
            IGNORED.labels(self.name, "action").inc()
            return []
        key = f"{event['shop_id']}/{event['entity']}/{event['entity_id']}"
        told = (state.get(key) or {"events": []})["events"]
        if event["event_id"] in told:
            REPEATED.labels("webhook").inc()
            return []
        # Off the event loop: detection is CPU, and heartbeats must go on.
        redaction = await asyncio.to_thread(self._publisher.redact, event, (), now())
        state.put(key, {"events": [*told, event["event_id"]][-REMEMBERED_VERSIONS:]})
        return self._publisher.encode(redaction)
