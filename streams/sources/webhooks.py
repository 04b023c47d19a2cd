"""A webhook delivery to one captured event. Pure.

WooCommerce builds the payload when it delivers, so that `order.created` may arrive with any status, and created and
updated may carry the same order: the state told is the business change, not the webhook's topic.
"""

from collections.abc import Callable, Mapping

import orjson

from avro_schemas.records import CapturedEvent, WooDelivery
from streams.delivery.refusal import RefusedError
from streams.sources import entities
from streams.sources.fields import Json, identifier, wrong
from streams.sources.lineage import Lineage

RESOURCES: Mapping[str, Callable[[Json, Lineage], CapturedEvent]] = {
    "order": entities.order,
    "customer": entities.customer,
    "product": entities.product,
    "coupon": entities.coupon,
}
EVENTS = ("created", "updated", "deleted", "restored")
TOPICS = frozenset(f"{resource}.{event}" for resource in RESOURCES for event in EVENTS)
ACTION = "action."
"""What a webhook's topic begins with that tells a WordPress action: `action.woocommerce_add_to_cart`."""


def known(topic: str) -> bool:
    """Whether deliveries of a topic are taken."""
    return topic in TOPICS or topic.startswith(ACTION)


def captured(delivery: WooDelivery, lineage: Lineage) -> CapturedEvent | None:
    """The change that a delivery tells; RefusedError when its body is not what WooCommerce sends.

    None for an action: it carries an id at most, and what it led to comes as a change of its own.
    """
    topic = delivery["topic"]
    if topic.startswith(ACTION):
        return None
    resource, _, event = topic.partition(".")
    if topic not in TOPICS:
        raise RefusedError("mapping: unknown webhook topic", f"subscribe to one of {sorted(TOPICS)}")
    payload = _payload(delivery["body"])
    if event == "deleted":
        return entities.deleted(resource, identifier(payload, "id"), lineage)
    return RESOURCES[resource](payload, lineage)


def _payload(body: bytes) -> Json:
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise wrong("body", "JSON") from None
    if not isinstance(payload, dict):
        raise wrong("body", "a JSON object")
    return payload
