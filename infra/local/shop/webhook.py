"""Webhook deliveries as bytes: body, headers in WooCommerce's order, signature. Pure."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from infra.local.shop import site
from infra.local.shop.order import digest
from infra.local.shop.payload.parts import JsonObject
from infra.local.shop.php import json_encode

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"

CHARACTERS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "#38": "&", "#60": "<", "#62": ">", "#34": '"', "#39": "'"}
CHARACTERS |= {"#x26": "&", "#x22": '"', "#x27": "'"}
PADDING = re.compile("&#0+(?=[0-9]{2};)")
ENTITY = re.compile("&(amp|lt|gt|quot|#38|#60|#62|#34|#39|#x26|#x22|#x27);")
"""What WordPress' `wp_specialchars_decode` turns back before signing: these characters only, semicolon required."""


class Topic(StrEnum):
    """The topics this shop has webhooks for."""

    ORDER_CREATED = "order.created"
    ORDER_UPDATED = "order.updated"
    ORDER_DELETED = "order.deleted"
    ORDER_RESTORED = "order.restored"
    CUSTOMER_CREATED = "customer.created"
    CUSTOMER_UPDATED = "customer.updated"
    CUSTOMER_DELETED = "customer.deleted"
    PRODUCT_CREATED = "product.created"
    PRODUCT_UPDATED = "product.updated"
    PRODUCT_DELETED = "product.deleted"
    COUPON_CREATED = "coupon.created"
    COUPON_UPDATED = "coupon.updated"
    COUPON_DELETED = "coupon.deleted"


WEBHOOK_IDS = {
    Topic.ORDER_CREATED: 1,
    Topic.ORDER_UPDATED: 2,
    Topic.ORDER_DELETED: 3,
    Topic.CUSTOMER_UPDATED: 4,
    Topic.PRODUCT_UPDATED: 5,
    Topic.ORDER_RESTORED: 6,
    Topic.CUSTOMER_CREATED: 7,
    Topic.CUSTOMER_DELETED: 8,
    Topic.PRODUCT_CREATED: 9,
    Topic.PRODUCT_DELETED: 10,
    Topic.COUPON_CREATED: 11,
    Topic.COUPON_UPDATED: 12,
    Topic.COUPON_DELETED: 13,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One POST. `topic` is "ping" for the unsigned form that precedes a webhook; `status` is the resource's own."""

    topic: str
    resource_id: int
    status: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def body_sha256(self) -> str:
        """Fingerprint of the raw body."""
        return hashlib.sha256(self.body).hexdigest()


def sign(secret: str, body: bytes) -> str:
    """`X-WC-Webhook-Signature`: base64 of HMAC-SHA256 over the raw body, the secret's special characters decoded."""
    decoded = ENTITY.sub(lambda found: CHARACTERS[found[1]], PADDING.sub("&#", secret))
    key = decoded.encode()
    return base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()


def delivery(
    topic: Topic, payload: JsonObject, secret: str, now: datetime, source: str = f"{site.SITE_URL}/"
) -> Delivery:
    """A signed delivery of a payload. The delivery id is of webhook and second: two in a second share it."""
    body, webhook_id = json_encode(payload), WEBHOOK_IDS[topic]
    resource, event = topic.value.split(".")
    headers = (
        *_common_headers(),
        ("Content-Type", JSON_TYPE),
        ("X-WC-Webhook-Source", source),
        ("X-WC-Webhook-Topic", topic.value),
        ("X-WC-Webhook-Resource", resource),
        ("X-WC-Webhook-Event", event),
        ("X-WC-Webhook-Signature", sign(secret, body)),
        ("X-WC-Webhook-ID", str(webhook_id)),
        ("X-WC-Webhook-Delivery-ID", digest(webhook_id, int(now.timestamp()))[:32]),
        ("Connection", "close"),
    )
    return Delivery(topic.value, int(str(payload["id"])), str(payload.get("status", "")), headers, body)


def pings() -> tuple[Delivery, ...]:
    """The forms WooCommerce posts when each webhook is saved: no signature, no X-WC header."""
    headers = (*_common_headers(), ("Connection", "close"), ("Content-Type", FORM_TYPE))
    return tuple(Delivery("ping", number, "", headers, f"webhook_id={number}".encode()) for number in
                 WEBHOOK_IDS.values())  # fmt: skip


def _common_headers() -> tuple[tuple[str, str], ...]:
    agent = f"WooCommerce/{site.WOOCOMMERCE_VERSION} Hookshot (WordPress/{site.WORDPRESS_VERSION})"
    return (("User-Agent", agent), ("Accept", "*/*"), ("Accept-Encoding", "deflate, gzip, br, zstd"))
