"""REST resources to captured events; webhooks carry them whole, row changes are assembled to them. Pure.

What an event says is the state of its entity at one version. Which kind of change led there depends on what was told
before: streams.sources.versions.history decides, and `*_updated` stands until then. A version is made of what both
routes know, and of nothing personal, since a hash of personal data would be a pseudonym.
"""

from collections.abc import Mapping
from datetime import datetime

from avro_schemas.records import CapturedEvent, CapturedOrder, Entity, EventType
from streams.sources import payloads
from streams.sources.fields import Json, identifier, moment, optional_moment, reference
from streams.sources.identity import digest, subject
from streams.sources.lineage import Lineage

_DELETIONS: Mapping[str, tuple[EventType, Entity]] = {
    "order": ("order_deleted", "order"),
    "customer": ("customer_deleted", "customer"),
    "product": ("product_deleted", "product"),
    "coupon": ("coupon_deleted", "coupon"),
}
DELETED = frozenset(kind for kind, _ in _DELETIONS.values())


def deleted(
    resource: str, entity_id: int, lineage: Lineage, mark: str = "0", at: datetime | None = None
) -> CapturedEvent:
    """The deletion of a resource: its name as in webhook topics. Into the trash is deleted, as webhooks tell it.

    `mark`: what tells this end from the entity's other ones: into the trash, back, and into it again; `at`: when, where
    that is known.
    """
    kind, entity = _DELETIONS[resource]
    return lineage.event(kind, entity, entity_id, f"deleted/{mark}", at or lineage.captured_at)


def order(payload: Json, lineage: Lineage) -> CapturedEvent:
    """An order resource."""
    content = payloads.order(payload)
    modified = moment(payload, "date_modified_gmt")
    billing, shipping = content["billing"], content["shipping"]
    event = lineage.event(
        "order_updated",
        "order",
        identifier(payload, "id"),
        f"{_second(modified)}/{content['status']}/{_order_digest(content)}",
        modified,
        subject=subject(lineage.shop_id, billing["email"] if billing else "", reference(payload, "customer_id")),
        country=(billing["country"] if billing else "") or (shipping["country"] if shipping else ""),
    )
    event["order"] = content
    event["created_at"] = optional_moment(payload, "date_created_gmt")
    return event


def _order_digest(content: CapturedOrder) -> str:
    billing, shipping = content["billing"], content["shipping"]
    return digest(
        *(content[name] for name in ("currency", "total", "total_tax", "shipping_total", "discount_total")),
        content["payment_method"],
        *(address["country"] if address else "" for address in (billing, shipping)),
        *(
            (line["line_id"], line["product_id"], line["variation_id"], line["quantity"], line["total"])
            for line in content["line_items"]
        ),
        *((refund["refund_id"], refund["total"]) for refund in content["refunds"]),
    )


def customer(payload: Json, lineage: Lineage) -> CapturedEvent:
    """A customer resource."""
    content = payloads.customer(payload)
    billing, shipping = content["billing"], content["shipping"]
    customer_id = identifier(payload, "id")
    countries = [address["country"] if address else "" for address in (billing, shipping)]
    version, modified = _modified(payload, lineage)
    event = lineage.event(
        "customer_updated",
        "customer",
        customer_id,
        f"{version}/{digest(content['role'], content['is_paying_customer'], *countries)}",
        modified,
        subject=subject(lineage.shop_id, content["email"], customer_id),
        country=countries[0] or countries[1],
    )
    event["customer"] = content
    event["created_at"] = optional_moment(payload, "date_created_gmt")
    return event


def product(payload: Json, lineage: Lineage) -> CapturedEvent:
    """A product resource. Type and categories stand in WordPress' taxonomies, which are not captured."""
    content = payloads.product(payload)
    version, modified = _modified(payload, lineage)
    told = (content[name] for name in ("name", "sku", "status", "price", "stock_quantity", "parent_id"))
    event = lineage.event(
        "product_updated", "product", identifier(payload, "id"), f"{version}/{digest(*told)}", modified
    )
    event["product"] = content
    event["created_at"] = optional_moment(payload, "date_created_gmt")
    return event


def coupon(payload: Json, lineage: Lineage) -> CapturedEvent:
    """A coupon resource. Its code may be somebody's name, and is no part of the version."""
    content = payloads.coupon(payload)
    version, modified = _modified(payload, lineage)
    told = (content[name] for name in ("status", "discount_type", "amount", "minimum_amount"))
    limits = (content[name] for name in ("usage_count", "usage_limit", "expires_at"))
    event = lineage.event(
        "coupon_updated", "coupon", identifier(payload, "id"), f"{version}/{digest(*told, *limits)}", modified
    )
    event["coupon"] = content
    event["created_at"] = optional_moment(payload, "date_created_gmt")
    return event


def _modified(payload: Json, lineage: Lineage) -> tuple[str, datetime]:
    """What tells the version, and when it came to be: never modified is as of its creation, a draft has no date yet."""
    modified = optional_moment(payload, "date_modified_gmt") or optional_moment(payload, "date_created_gmt")
    return ("undated", lineage.captured_at) if modified is None else (_second(modified), modified)


def _second(modified: datetime) -> str:
    return f"{modified:%Y-%m-%dT%H:%M:%S}"
