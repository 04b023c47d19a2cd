"""WooCommerce's REST objects, as webhooks carry them, to captured entities. Pure.

Only the fields named here come in: what a plugin adds stays out of every later zone.
Source: WooCommerce REST API v3, resources orders, customers and products.
"""

import json

from avro_schemas.records import (
    Address,
    CapturedCustomer,
    CapturedOrder,
    LineItem,
    MetaValue,
    Product,
    Refund,
)
from streams.sources.fields import (
    Json,
    child,
    children,
    flag,
    identifier,
    integer,
    money,
    optional_moment,
    optional_money,
    text,
    wrong,
)

MAX_LINE_ITEMS = 10_000


def address(record: Json) -> Address:
    """A billing or shipping address: the REST object and the row of wc_order_addresses name its parts alike."""
    return Address(
        first_name=text(record, "first_name"),
        last_name=text(record, "last_name"),
        company=text(record, "company"),
        address_1=text(record, "address_1"),
        address_2=text(record, "address_2"),
        city=text(record, "city"),
        state=text(record, "state"),
        postcode=text(record, "postcode"),
        country=text(record, "country"),
        email=text(record, "email"),
        phone=text(record, "phone"),
    )


def _address(payload: Json, name: str) -> Address | None:
    found = child(payload, name)
    return address(found) if found else None


def meta_data(payload: Json) -> list[MetaValue]:
    """Plugins' values as text; objects and lists as JSON."""
    return [
        MetaValue(key=text(item, "key"), value=_as_text(item.get("value"))) for item in children(payload, "meta_data")
    ]


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def line_items(payload: Json) -> list[LineItem]:
    """Lines of an order."""
    found = children(payload, "line_items")
    if len(found) > MAX_LINE_ITEMS:
        raise wrong("line_items", f"a list of at most {MAX_LINE_ITEMS} lines")
    return [
        LineItem(
            line_id=integer(item, "id", 0),
            product_id=integer(item, "product_id", 0),
            variation_id=integer(item, "variation_id", 0),
            sku=text(item, "sku"),
            name=text(item, "name"),
            quantity=integer(item, "quantity", 0),
            total=money(item, "total"),
        )
        for item in found
    ]


def refunds(payload: Json) -> list[Refund]:
    """Refunds of an order by rising id; WooCommerce writes their amounts below zero."""
    found = [
        Refund(refund_id=identifier(one, "id"), total=abs(money(one, "total")), reason=text(one, "reason"))
        for one in children(payload, "refunds")
    ]
    return sorted(found, key=lambda one: one["refund_id"])


def order(payload: Json) -> CapturedOrder:
    """An order resource."""
    return CapturedOrder(
        status=text(payload, "status"),
        currency=text(payload, "currency"),
        total=money(payload, "total"),
        total_tax=money(payload, "total_tax"),
        shipping_total=money(payload, "shipping_total"),
        discount_total=money(payload, "discount_total"),
        payment_method=text(payload, "payment_method"),
        created_via=text(payload, "created_via"),
        customer_note=text(payload, "customer_note"),
        ip_address=text(payload, "customer_ip_address"),
        user_agent=text(payload, "customer_user_agent"),
        order_key=text(payload, "order_key"),
        transaction_id=text(payload, "transaction_id"),
        billing=_address(payload, "billing"),
        shipping=_address(payload, "shipping"),
        line_items=line_items(payload),
        refunds=refunds(payload),
        placed_at=optional_moment(payload, "date_created_gmt"),
        paid_at=optional_moment(payload, "date_paid_gmt"),
        completed_at=optional_moment(payload, "date_completed_gmt"),
        meta_data=meta_data(payload),
    )


def customer(payload: Json) -> CapturedCustomer:
    """A customer resource."""
    return CapturedCustomer(
        role=text(payload, "role"),
        is_paying_customer=flag(payload, "is_paying_customer"),
        username=text(payload, "username"),
        first_name=text(payload, "first_name"),
        last_name=text(payload, "last_name"),
        email=text(payload, "email"),
        billing=_address(payload, "billing"),
        shipping=_address(payload, "shipping"),
        meta_data=meta_data(payload),
    )


def product(payload: Json) -> Product:
    """A product resource."""
    stock = payload.get("stock_quantity")
    return Product(
        name=text(payload, "name"),
        sku=text(payload, "sku"),
        type=text(payload, "type"),
        status=text(payload, "status"),
        price=optional_money(payload, "price"),
        stock_quantity=None if stock is None else integer(payload, "stock_quantity"),
        parent_id=integer(payload, "parent_id", 0),
        categories=[text(category, "name") for category in children(payload, "categories")],
    )
