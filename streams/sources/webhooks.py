"""A webhook delivery to one captured event. Pure.

WooCommerce builds the payload when it delivers, so that `order.created` may arrive with any status, and created and
updated may carry the same order: the state told is the business change, not the webhook's topic.
"""

import re
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
"""Before the name of a WordPress hook: the topic of a webhook for whatever a plugin does."""
_HOOK = re.compile(r"[a-z0-9_./-]{1,128}", re.ASCII)


def known_topic(topic: str) -> bool:
    """Whether a webhook may have this topic: one of TOPICS, or `action.` and the name of a hook."""
    return topic in TOPICS or (topic.startswith(ACTION) and _HOOK.fullmatch(topic, len(ACTION)) is not None)


def tells_time(topic: str) -> bool:
    """Whether bodies of this topic say when they are of. `{"id": 26}` and a hook's argument are the same every time."""
    return not topic.startswith(ACTION) and not topic.endswith(".deleted")


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
