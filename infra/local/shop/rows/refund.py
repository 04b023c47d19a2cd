"""Refunds: orders of their own, below the order they belong to."""

from decimal import Decimal

from infra.local.shop import site
from infra.local.shop.changes import Change, Ids, Insert, SqlValue, Stamp, Table
from infra.local.shop.money import NIL
from infra.local.shop.order import PlacedOrder, Refund
from infra.local.shop.rows import items, posts


def given(order: PlacedOrder, refund: Refund, stamp: Stamp) -> list[Change]:
    """The rows of a refund; the order's own row is the caller's."""
    ids = stamp.ids
    meta = {
        "_refund_amount": f"{refund.total:.2f}",
        "_refunded_by": "1",
        "_refunded_payment": "",
        "_refund_reason": refund.reason,
        "_refund_type": "partial" if refund.line else "full",
    }
    return [
        posts.placeholder(refund.id, order.id, stamp.now),
        Insert(Table.ORDERS, _row(order, refund, stamp)),
        Insert(Table.OPERATIONAL, _operational(refund.id, ids)),
        *(_meta(refund.id, key, value, ids) for key, value in meta.items()),
        *_items(order, refund, ids),
    ]


def _items(order: PlacedOrder, refund: Refund, ids: Ids) -> list[Change]:
    """The piece that comes back, below zero, and its tax."""
    line = refund.line
    if line is None:
        return []
    meta = {
        "_product_id": str(line.product_id),
        "_variation_id": str(line.variation_id),
        "_tax_class": "",
        **items.quantified(order, line, -1),
        "_refunded_item_id": str(next(each.item_id for each in order.lines if each.product == line.product)),
    }
    changes = items.item(line.item_id, line.product.name, "line_item", refund.id, meta, ids)
    if refund.tax_item_id is not None:
        changes += items.tax_row(order, refund.tax_item_id, refund.id, (_tax(refund), NIL), ids)
    return changes


def _tax(refund: Refund) -> Decimal:
    return -refund.line.amounts.sold.tax if refund.line else NIL


def _row(order: PlacedOrder, refund: Refund, stamp: Stamp) -> dict[str, SqlValue]:
    empty = ("billing_email", "payment_method", "payment_method_title", "transaction_id", "ip_address", "user_agent")
    return {
        "id": refund.id,
        "status": "wc-completed",
        "currency": site.CURRENCY,
        "type": "shop_order_refund",
        "tax_amount": _tax(refund),
        "total_amount": -refund.total,
        "customer_id": None,
        "date_created_gmt": site.gmt(stamp.now),
        "date_updated_gmt": site.gmt(stamp.now),
        "parent_order_id": order.id,
        **dict.fromkeys(empty),
        "customer_note": None,
    }


def _operational(refund_id: int, ids: Ids) -> dict[str, SqlValue]:
    empty = ("created_via", "coupon_usages_are_counted", "download_permission_granted", "cart_hash",
             "new_order_email_sent", "order_key", "order_stock_reduced", "date_paid_gmt", "date_completed_gmt",
             "recorded_sales")  # fmt: skip
    nothing = ("shipping_tax_amount", "shipping_total_amount", "discount_tax_amount", "discount_total_amount")
    return {
        "id": ids.take(Table.OPERATIONAL),
        "order_id": refund_id,
        "woocommerce_version": site.WOOCOMMERCE_VERSION,
        "prices_include_tax": 1,
        **dict.fromkeys(empty),
        **dict.fromkeys(nothing, NIL),
    }


def _meta(order_id: int, key: str, value: str, ids: Ids) -> Insert:
    number = ids.take(Table.ORDER_META)
    return Insert(Table.ORDER_META, {"id": number, "order_id": order_id, "meta_key": key, "meta_value": value})
