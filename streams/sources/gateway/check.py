"""A request's headers and body to a delivery. Pure."""

import hashlib
import re
from datetime import datetime

from avro_schemas.records import WooDelivery
from streams.sources.fields import Json
from streams.sources.gateway import head
from streams.sources.gateway.rejected import Rejected
from streams.sources.gateway.signature import verify
from streams.sources.gateway.strict_json import strict_object
from streams.sources.shops import Shop
from streams.sources.webhooks import ACTION, TOPICS, known_topic

_PING_PREFIX = b"webhook_id="
MAX_PING_BYTES = 64
_ID_TEXT = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)


def is_ping(body: bytes) -> bool:
    """WooCommerce pings with a form body when a webhook is saved, unsigned; any answer but 200 loses the webhook."""
    return len(body) <= MAX_PING_BYTES and body.startswith(_PING_PREFIX) and body[len(_PING_PREFIX) :].isdigit()


def check(shop: Shop, headers: head.Headers, body: bytes, received_at: datetime) -> WooDelivery:
    """The delivery in a request; Rejected when it is not one. The signature comes first: strangers learn nothing."""
    if not verify(body, headers.get(head.SIGNATURE, ""), shop.secrets):
        raise Rejected(401, "bad_signature", "compare the webhook's secret with the shops file")
    return unsigned(shop.id, headers, body, received_at)


def unsigned(shop_id: str, headers: head.Headers, body: bytes, received_at: datetime) -> WooDelivery:
    """The same where nobody asks who sent it: what was recorded, to try redaction on."""
    head.refuse_foreign(headers)
    topic = headers.get(head.TOPIC, "")
    if not known_topic(topic):
        raise Rejected(400, "unknown_topic", f"subscribe the webhook to action.<hook>, or {', '.join(sorted(TOPICS))}")
    payload = strict_object(body)
    return WooDelivery(
        shop_id=shop_id,
        webhook_id=head.webhook_id(headers),
        delivery_id=head.delivery_id(headers),
        topic=topic,
        resource_id=_action_id(payload) if topic.startswith(ACTION) else _resource_id(payload),
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        received_at=received_at,
    )


def _resource_id(payload: Json) -> int:
    found = _positive(payload.get("id"))
    if not found:
        raise Rejected(400, "no_id", "the body must be a WooCommerce resource with its id")
    return found


def _action_id(payload: Json) -> int:
    """A hook's first argument, which is an id for most hooks and may be anything: 0 then."""
    if not isinstance(payload.get("action"), str):
        raise Rejected(400, "no_action", "the body must name its action, as WooCommerce sends it")
    return _positive(payload.get("arg"))


def _positive(value: object) -> int:
    """The id; 0 when it is none. A hook hands on what it was called with, and WordPress may call it with text."""
    if isinstance(value, str):
        return int(value) if _ID_TEXT.fullmatch(value) and int(value) <= head.LARGEST_ID else 0
    return value if type(value) is int and 0 < value <= head.LARGEST_ID else 0
