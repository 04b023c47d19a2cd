"""A webhook delivery to one captured event. Pure.

WooCommerce builds the payload when it delivers, so that `order.created` may arrive with any status, and created and
updated may carry the same order: the state told is the business change, not the webhook's topic.
"""

import re

import orjson

from avro_schemas.records import CapturedEvent, WooDelivery
from streams.delivery.refusal import RefusedError
from streams.sources import entities
from streams.sources.fields import Json, identifier, wrong
from streams.sources.lineage import Lineage

RESOURCES = ("order", "customer", "product")
EVENTS = ("created", "updated", "deleted", "restored")
TOPICS = frozenset(f"{resource}.{event}" for resource in (*RESOURCES, "coupon") for event in EVENTS)
ACTION = "action."
"""Before the name of a WordPress hook: the topic of a webhook for whatever a plugin does."""
_HOOK = re.compile(r"[a-z0-9_./-]{1,128}", re.ASCII)


def known_topic(topic: str) -> bool:
    """Whether a webhook may have this topic: one of TOPICS, or `action.` and the name of a hook."""
    return topic in TOPICS or (topic.startswith(ACTION) and _HOOK.fullmatch(topic, len(ACTION)) is not None)


def tells_time(topic: str) -> bool:
    """Whether bodies of this topic say when they are of. `{"id": 26}` and a hook's argument are the same every time."""
    return not topic.startswith(ACTION) and not topic.endswith(".deleted")


def captured(delivery: WooDelivery, lineage: Lineage) -> CapturedEvent:
    """The change that a delivery tells; RefusedError when its body is not what WooCommerce sends."""
    payload = _payload(delivery["body"])
    match delivery["topic"].split("."):
        case [resource, "deleted"] if resource in RESOURCES:
            return _deleted(resource, payload, lineage)
        case ["order", _]:
            return entities.order(payload, lineage)
        case ["customer", _]:
            return entities.customer(payload, lineage)
        case ["product", _]:
            return entities.product(payload, lineage)
        case _:
            raise RefusedError("mapping: unknown webhook topic", f"subscribe to one of {sorted(TOPICS)}")


def _payload(body: bytes) -> Json:
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise wrong("body", "JSON") from None
    if not isinstance(payload, dict):
        raise wrong("body", "a JSON object")
    return payload


def _deleted(resource: str, payload: Json, lineage: Lineage) -> CapturedEvent:
    # The body is {"id": N} and tells no time: an entity counts as deleted once.
    entity_id = identifier(payload, "id")
    match resource:
        case "order":
            return lineage.event("order_deleted", "order", entity_id, "trashed", lineage.captured_at)
        case "customer":
            return lineage.event("customer_deleted", "customer", entity_id, "deleted", lineage.captured_at)
        case _:
            return lineage.event("product_deleted", "product", entity_id, "deleted", lineage.captured_at)
