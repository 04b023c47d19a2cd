"""REST resources to captured events; webhooks carry them whole, row changes are assembled to them. Pure.

What an event says is the state of its entity at one version. Which kind of change led there depends on what was told
before: streams.sources.history decides, and `*_updated` stands until then. A version is made of what both routes know,
and of nothing personal, since a hash of personal data would be a pseudonym.
"""

from datetime import datetime

from avro_schemas.records import CapturedEvent, CapturedOrder
from streams.sources import payloads
from streams.sources.fields import Json, identifier, integer, moment
from streams.sources.identity import digest, subject
from streams.sources.lineage import Lineage


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
        subject=subject(lineage.shop_id, billing["email"] if billing else "", integer(payload, "customer_id", 0)),
        country=(billing["country"] if billing else "") or (shipping["country"] if shipping else ""),
    )
    event["order"] = content
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
    # Never modified since registration: the date of registration tells the version.
    modified = moment(payload, "date_modified_gmt" if payload.get("date_modified_gmt") else "date_created_gmt")
    billing, shipping = content["billing"], content["shipping"]
    customer_id = identifier(payload, "id")
    countries = [address["country"] if address else "" for address in (billing, shipping)]
    event = lineage.event(
        "customer_updated",
        "customer",
        customer_id,
        f"{_second(modified)}/{digest(content['role'], content['is_paying_customer'], *countries)}",
        modified,
        subject=subject(lineage.shop_id, content["email"], customer_id),
        country=countries[0] or countries[1],
    )
    event["customer"] = content
    return event


def product(payload: Json, lineage: Lineage) -> CapturedEvent:
    """A product resource. Type and categories stand in WordPress' taxonomies, which are not captured."""
    content = payloads.product(payload)
    modified = moment(payload, "date_modified_gmt")
    told = (content[name] for name in ("name", "sku", "status", "price", "stock_quantity", "parent_id"))
    event = lineage.event(
        "product_updated", "product", identifier(payload, "id"), f"{_second(modified)}/{digest(*told)}", modified
    )
    event["product"] = content
    return event


def _second(modified: datetime) -> str:
    return f"{modified:%Y-%m-%dT%H:%M:%S}"
