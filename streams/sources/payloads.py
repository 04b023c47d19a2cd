"""WooCommerce's REST objects, as webhooks carry them, to captured entities. Pure.

Only the fields named here come in: what a plugin adds stays out of every later zone.
Source: WooCommerce REST API v3, resources orders, customers, products and coupons.
"""

import orjson

from avro_schemas.records import (
    Address,
    CapturedCustomer,
    CapturedOrder,
    Coupon,
    LineItem,
    MetaValue,
    Product,
    Refund,
)
from streams.sources.fields import (
    Json,
    WrongFieldError,
    child,
    children,
    code,
    count,
    each,
    flag,
    identifier,
    integer,
    money,
    optional_moment,
    optional_money,
    reference,
    slug,
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
    try:
        return address(found) if found else None
    except WrongFieldError as error:
        raise error.within(name) from None


def meta_data(payload: Json) -> list[MetaValue]:
    """Plugins' values as text; objects and lists as JSON."""
    return each(payload, "meta_data", _meta)


def _meta(item: Json) -> MetaValue:
    value = item.get("value")
    if type(value) is not str:
        value = "" if value is None else _as_json(value)
    return MetaValue(key=text(item, "key"), value=value)


def _as_json(value: object) -> str:
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        raise wrong("value", "JSON of a depth that can be written") from None


def line_items(payload: Json) -> list[LineItem]:
    """Lines of an order."""
    if len(children(payload, "line_items")) > MAX_LINE_ITEMS:
        raise wrong("line_items", f"a list of at most {MAX_LINE_ITEMS} lines")
    return each(payload, "line_items", _line_item)


def _line_item(item: Json) -> LineItem:
    return LineItem(
        line_id=reference(item, "id"),
        # A product that was deleted since stands as 0.
        product_id=reference(item, "product_id"),
        variation_id=reference(item, "variation_id"),
        sku=text(item, "sku"),
        name=text(item, "name"),
        quantity=count(item, "quantity"),
        total=money(item, "total"),
    )


def refunds(payload: Json) -> list[Refund]:
    """Refunds of an order by rising id; WooCommerce writes their amounts below zero."""
    return sorted(each(payload, "refunds", _refund), key=lambda one: one["refund_id"])


def _refund(one: Json) -> Refund:
    return Refund(refund_id=identifier(one, "id"), total=abs(money(one, "total")), reason=text(one, "reason"))


def order(payload: Json) -> CapturedOrder:
    """An order resource."""
    return CapturedOrder(
        status=slug(payload, "status"),
        currency=code(payload, "currency"),
        total=money(payload, "total"),
        total_tax=money(payload, "total_tax"),
        shipping_total=money(payload, "shipping_total"),
        discount_total=money(payload, "discount_total"),
        payment_method=code(payload, "payment_method"),
        created_via=code(payload, "created_via"),
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
        role=slug(payload, "role"),
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
    # A variation whose parent keeps the stock shows the parent's, and a webhook is told whenever that one changes.
    own = payload.get("manage_stock", True) is True and stock not in (None, "")
    return Product(
        name=text(payload, "name"),
        sku=text(payload, "sku"),
        type=slug(payload, "type"),
        status=slug(payload, "status"),
        price=optional_money(payload, "price"),
        stock_quantity=integer(payload, "stock_quantity") if own else None,
        parent_id=reference(payload, "parent_id"),
        categories=each(payload, "categories", lambda category: text(category, "name")),
    )


def coupon(payload: Json) -> Coupon:
    """A coupon resource. WooCommerce writes "no minimum" as an amount of zero, and "no limit" as zero or null."""
    return Coupon(
        code=text(payload, "code"),
        status=slug(payload, "status"),
        discount_type=slug(payload, "discount_type"),
        amount=money(payload, "amount"),
        minimum_amount=optional_money(payload, "minimum_amount") or None,
        usage_count=reference(payload, "usage_count"),
        usage_limit=reference(payload, "usage_limit") or None,
        expires_at=optional_moment(payload, "date_expires_gmt"),
    )
