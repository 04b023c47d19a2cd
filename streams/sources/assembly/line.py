"""A line of an order from its item row and the item's meta."""

from streams.sources.assembly.amounts import amount
from streams.sources.assembly.parts import Part, PartKind
from streams.sources.assembly.rows import Rows
from streams.sources.fields import Json, identifier, integer, text

ITEM_TABLE, META_TABLE = "woocommerce_order_items", "woocommerce_order_itemmeta"
TABLES = frozenset({ITEM_TABLE, META_TABLE})
_KINDS: dict[str, PartKind] = {"line_item": "line", "fee": "fee"}
# WooCommerce writes these for each line; a line without one of them has not come whole.
_NEEDED = {
    "line": frozenset(
        {"_product_id", "_variation_id", "_qty", "_line_subtotal", "_line_subtotal_tax", "_line_total", "_line_tax"}
    ),
    "fee": frozenset({"_line_total", "_line_tax"}),
}
# What a line is rendered from; the rest, options as the customer chose or wrote them, is not kept.
KEPT_META = frozenset(
    {"_product_id", "_variation_id", "_qty", "_tax_class"}
    | {"_line_subtotal", "_line_subtotal_tax", "_line_total", "_line_tax"}
)


def part(rows: Rows, shop_id: str) -> Part | None:
    """The line as part of its order; None while it has not come whole, has no order yet, or is none that counts.

    Taxes, shipping and coupons stand as sums in the order's own rows.
    """
    item = rows.one(ITEM_TABLE)
    if item is None:
        return None
    kind, order_id = _KINDS.get(text(item, "order_item_type")), integer(item, "order_id", 0)
    if kind is None or order_id <= 0:
        return None
    meta = rows.meta(META_TABLE)
    if not meta.keys() >= _NEEDED[kind]:
        return None
    number = identifier(item, "order_item_id")
    content = _line(item, meta) if kind == "line" else _fee(item, meta)
    return Part(shop_id, order_id, kind, number, rows.position, content)


def removed(row: Json, shop_id: str, position: str) -> Part | None:
    """The part that an item row's deletion takes away; None where none was."""
    kind, order_id = _KINDS.get(text(row, "order_item_type")), integer(row, "order_id", 0)
    if kind is None or order_id <= 0:
        return None
    return Part(shop_id, order_id, kind, identifier(row, "order_item_id"), position, None)


def _line(item: Json, meta: dict[str, str]) -> Json:
    return {
        "id": identifier(item, "order_item_id"),
        "name": text(item, "order_item_name"),
        "product_id": integer(meta, "_product_id"),
        "variation_id": integer(meta, "_variation_id", 0),
        "quantity": integer(meta, "_qty"),
        "tax_class": meta.get("_tax_class", ""),
        "subtotal": amount(meta, "_line_subtotal"),
        "subtotal_tax": amount(meta, "_line_subtotal_tax"),
        "total": amount(meta, "_line_total"),
        "total_tax": amount(meta, "_line_tax"),
    }


def _fee(item: Json, meta: dict[str, str]) -> Json:
    return {
        "id": identifier(item, "order_item_id"),
        "name": text(item, "order_item_name"),
        "total": amount(meta, "_line_total"),
        "total_tax": amount(meta, "_line_tax"),
    }
