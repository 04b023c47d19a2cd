"""What staff do to an order afterwards: another address, another quantity, a partial refund, the trash, the end."""

from collections.abc import Sequence
from datetime import datetime

from infra.local.shop import site
from infra.local.shop.changes import Change, Delete, Insert, SqlValue, Stamp, Table, Update
from infra.local.shop.order import PlacedLine, PlacedOrder, Refund
from infra.local.shop.rows import comments, items, posts, refund
from infra.local.shop.rows.checkout import address_columns, address_index
from infra.local.shop.rows.status import StockMove
from infra.local.shop.state import OrderState

TRASH_META = ("_wp_trash_meta_status", "_wp_trash_meta_time")


def touched(order_id: int, now: datetime, **values: SqlValue) -> Change:
    """The order's own row, saved."""
    return Update(Table.ORDERS, {"id": order_id}, {"date_updated_gmt": site.gmt(now), **values})


def readdressed(order: PlacedOrder, now: datetime) -> list[Change]:
    """The goods go elsewhere: the order's row comes before the address, as WooCommerce saves them."""
    where: dict[str, SqlValue] = {"order_id": order.id, "address_type": "shipping"}
    index: dict[str, SqlValue] = {"order_id": order.id, "meta_key": "_shipping_address_index"}
    return [
        touched(order.id, now),
        Update(Table.ADDRESSES, where, address_columns(order.recipient)),
        Update(Table.ORDER_META, index, {"meta_value": address_index(order.recipient, None)}),
    ]


def requantified(order: PlacedOrder, line: PlacedLine, moves: Sequence[StockMove], stamp: Stamp) -> list[Change]:
    """A line's new quantity: items first, then the stock it takes, then totals."""
    changes = items.requantified(order, line)
    for move in moves:
        told = f"Adjusted stock: {move.line.product.name} ({move.before}&rarr;{move.after})"
        changes += [
            *posts.stock_level(move.product_id, move.after, stamp.now),
            items.restocked(line),
            *comments.system_note(order.id, told, "product_stock", stamp),
        ]
    totals: dict[str, SqlValue] = {
        "discount_tax_amount": order.amounts.discount_tax,
        "discount_total_amount": order.amounts.discount,
    }
    money: dict[str, SqlValue] = {"tax_amount": order.amounts.cart_tax, "total_amount": order.amounts.total}
    changes.append(touched(order.id, stamp.now, **money))
    return changes + ([Update(Table.OPERATIONAL, {"order_id": order.id}, totals)] if order.coupon else [])


def part_refunded(order: PlacedOrder, given: Refund, stamp: Stamp) -> list[Change]:
    """Money for one piece; the status stays."""
    return [
        *refund.given(order, given, stamp),
        touched(order.id, stamp.now),
        *comments.system_note(order.id, 'Email "Partially refunded order" sent.', "email_notification", stamp),
    ]


def trashed(order: PlacedOrder, state: OrderState, stamp: Stamp) -> list[Change]:
    """Into the trash: the status stands there without its prefix, the old one is kept in meta."""
    kept = dict(zip(TRASH_META, (f"wc-{state.status}", str(int(stamp.now.timestamp()))), strict=True))
    return [
        touched(order.id, stamp.now, status="trash"),
        *(
            Insert(
                Table.ORDER_META,
                {
                    "id": stamp.ids.take(Table.ORDER_META),
                    "order_id": order.id,
                    "meta_key": key,
                    "meta_value": value,
                },
            )
            for key, value in kept.items()
        ),
    ]


def restored(order: PlacedOrder, state: OrderState, now: datetime) -> list[Change]:
    """Back out of the trash, with the old status."""
    gone = [Delete(Table.ORDER_META, {"order_id": order.id, "meta_key": key}) for key in TRASH_META]
    return [touched(order.id, now, status=f"wc-{state.status}"), *gone]


def erased(order: PlacedOrder, state: OrderState) -> list[Change]:
    """Every row of the order, its refunds and its notes."""
    changes: list[Change] = []
    for given in state.refunds:
        pieces = (given.line.item_id if given.line else None, given.tax_item_id)
        changes += _erased(given.id, [piece for piece in pieces if piece is not None])
    extra = (
        order.shipping_item_id,
        order.tax_item_id,
        order.fee_item_id,
        order.coupon.item_id if order.coupon else None,
    )
    own = [*(line.item_id for line in order.lines), *(one for one in extra if one is not None)]
    return [*changes, *_erased(order.id, own), Delete(Table.COMMENTS, {"comment_post_ID": order.id})]


def _erased(order_id: int, item_ids: Sequence[int]) -> list[Change]:
    where: dict[str, SqlValue] = {"order_id": order_id}
    return [
        *(Delete(Table.ITEM_META, {"order_item_id": item_id}) for item_id in item_ids),
        Delete(Table.ITEMS, where),
        Delete(Table.ORDERS, {"id": order_id}),
        Delete(Table.ADDRESSES, where),
        Delete(Table.OPERATIONAL, where),
        Delete(Table.ORDER_META, where),
        Delete(Table.POSTS, {"ID": order_id}),
    ]
