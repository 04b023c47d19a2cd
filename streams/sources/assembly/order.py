"""An order as the REST API shows it, from the rows of High-Performance Order Storage."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from streams.sources.assembly.amounts import amount, exact, rounded
from streams.sources.assembly.dates import gmt
from streams.sources.assembly.parts import Part
from streams.sources.assembly.rows import Rows
from streams.sources.fields import Json, flag_number, identifier, integer, money, text

HEADER, ADDRESSES, OPERATIONAL, META = (
    "wc_orders",
    "wc_order_addresses",
    "wc_order_operational_data",
    "wc_orders_meta",
)
# An order that the customer has not placed yet.
DRAFTS = frozenset({"checkout-draft", "auto-draft", "new"})
ADDRESS = ("first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode", "country")
# The store's own, which the REST API does not show. Source: WooCommerce, OrdersTableDataStore::$internal_meta_keys.
_INTERNAL = frozenset({"_billing_address_index", "_shipping_address_index"})
# Each line and each tax is rounded by itself.
_ROUNDING = Decimal("0.01")


def status(row: Json) -> str:
    """An order's status without the prefix that the database puts before it."""
    return text(row, "status").removeprefix("wc-")


def payload(rows: Rows, parts: Sequence[Part]) -> Json | None:
    """The order, as far as the database holds it; None while one of its rows has not come.

    Whether all lines have come is for `adds_up` to say.
    """
    header, operational, addresses = rows.one(HEADER), rows.one(OPERATIONAL), rows.of(ADDRESSES)
    if header is None or operational is None or not addresses:
        return None
    by_type = {text(row, "address_type"): row for row in addresses}
    cart_tax, shipping_tax = exact(header, "tax_amount"), exact(operational, "shipping_tax_amount")
    return {
        "id": identifier(header, "id"),
        "parent_id": integer(header, "parent_order_id", 0),
        "status": status(header),
        "currency": text(header, "currency"),
        "version": text(operational, "woocommerce_version"),
        "prices_include_tax": flag_number(operational, "prices_include_tax"),
        "date_created_gmt": gmt(header, "date_created_gmt"),
        "date_modified_gmt": gmt(header, "date_updated_gmt"),
        "date_completed_gmt": gmt(operational, "date_completed_gmt"),
        "date_paid_gmt": gmt(operational, "date_paid_gmt"),
        "discount_total": amount(operational, "discount_total_amount"),
        "discount_tax": amount(operational, "discount_tax_amount"),
        "shipping_total": amount(operational, "shipping_total_amount"),
        "shipping_tax": rounded(shipping_tax),
        "cart_tax": rounded(cart_tax),
        "total": amount(header, "total_amount"),
        "total_tax": rounded(cart_tax + shipping_tax),
        "customer_id": integer(header, "customer_id", 0),
        "order_key": text(operational, "order_key"),
        "billing": address(by_type.get("billing", {}), "email", "phone"),
        "shipping": address(by_type.get("shipping", {}), "phone"),
        "payment_method": text(header, "payment_method"),
        "payment_method_title": text(header, "payment_method_title"),
        "transaction_id": text(header, "transaction_id"),
        "customer_ip_address": text(header, "ip_address"),
        "customer_user_agent": text(header, "user_agent"),
        "created_via": text(operational, "created_via"),
        "customer_note": text(header, "customer_note"),
        "cart_hash": text(operational, "cart_hash"),
        "number": str(identifier(header, "id")),
        "meta_data": meta_data(rows.of(META), "id"),
        **contents(parts),
    }


def address(row: Json, *more: str) -> dict[str, str]:
    """An address in the REST API's order of keys; empty texts where the row has none."""
    return {name: text(row, name) for name in (*ADDRESS, *more)}


def meta_data(rows: Iterable[Json], primary: str) -> list[Json]:
    """Meta rows as the REST API shows them, those of the store itself left out."""
    return [
        {"id": identifier(row, primary), "key": text(row, "meta_key"), "value": text(row, "meta_value")}
        for row in rows
        if text(row, "meta_key") not in _INTERNAL
    ]


def contents(parts: Sequence[Part]) -> dict[str, Any]:
    """Lines, fees and refunds, each by id; the REST API gives the newest refund first."""
    by_kind: dict[str, list[Json]] = {"line": [], "fee": [], "refund": []}
    for part in sorted(parts, key=lambda part: part.part_id):
        if part.content is not None:
            by_kind[part.kind].append(part.content)
    return {"line_items": by_kind["line"], "fee_lines": by_kind["fee"], "refunds": by_kind["refund"][::-1]}


def adds_up(payload: Json) -> bool:
    """Whether lines, fees, shipping and taxes come to the order's total: then none of them is missing."""
    shown = [*payload["line_items"], *payload["fee_lines"]]
    sums = ("shipping_total", "shipping_tax", "cart_tax")
    told = sum((money(line, "total") for line in shown), sum((money(payload, name) for name in sums), Decimal(0)))
    return abs(told - money(payload, "total")) <= _ROUNDING * (len(shown) + len(sums))
