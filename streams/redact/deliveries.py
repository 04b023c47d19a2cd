"""Webhook deliveries as the gateway wrote them."""

from avro_schemas.codec import Codec, WireError
from avro_schemas.records import CapturedEvent, WooDelivery
from streams.delivery.message import Message
from streams.delivery.refusal import RefusedError
from streams.sources import webhooks
from streams.sources.lineage import Lineage


def capture(message: Message, codec: Codec) -> CapturedEvent | None:
    """The state that a delivery tells, None for an action; RefusedError when it is none that Inland knows."""
    try:
        delivery: WooDelivery = codec.decode("woo_delivery", message.value)
    except WireError as error:
        raise RefusedError(f"codec: {error}", "only the gateway may write here; see who else did", WireError) from None
    return webhooks.captured(delivery, Lineage.of(message, delivery["shop_id"], "webhook", delivery["received_at"]))
