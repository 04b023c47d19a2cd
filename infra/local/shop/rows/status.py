"""Changes of status, with everything WooCommerce writes along: stock, sales, payment dates, notes, refunds."""

from collections.abc import Sequence
from dataclasses import dataclass

from infra.local.shop import site
from infra.local.shop.changes import Change, Ids, SqlValue, Stamp, Table, Update
from infra.local.shop.model import Payment
from infra.local.shop.order import PlacedLine, PlacedOrder
from infra.local.shop.rows import comments, items, posts, refund
from infra.local.shop.state import OrderState

TITLES = {
    "pending": "Pending payment",
    "on-hold": "On hold",
    "processing": "Processing",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "refunded": "Refunded",
}
OPENINGS = {
    ("on-hold", Payment.BACS): "Awaiting BACS payment. ",
    ("processing", Payment.IDEAL): "Betaling ontvangen.  ",
    ("processing", Payment.COD): "Payment to be made upon delivery. ",
}
EMAILS = {
    "on-hold": ("New order", "Order on-hold"),
    "processing": ("New order", "Processing order"),
    "completed": ("Completed order",),
    "cancelled": ("Cancelled order",),
    "refunded": ("Refunded order",),
}


@dataclass(frozen=True, slots=True)
class StockMove:
    """A line taken from stock: the level before and after, and how many were ever sold of the product as a whole."""

    line: PlacedLine
    before: int
    after: int
    sold: int

    @property
    def product_id(self) -> int:
        """The variation, or the product where there is none."""
        return self.line.variation_id or self.line.product_id


def change(order: PlacedOrder, old: OrderState, new: OrderState, moves: Sequence[StockMove], ids: Ids) -> list[Change]:
    """Rows of one change of status; `moves` is empty unless this change takes the goods from stock."""
    now, where, stamp = new.modified_at, {"order_id": order.id}, Stamp(ids, new.modified_at)
    dates: dict[str, SqlValue] = {}
    if new.paid_at != old.paid_at and new.paid_at:
        dates["date_paid_gmt"] = site.gmt(new.paid_at)
    if new.completed_at != old.completed_at and new.completed_at:
        dates["date_completed_gmt"] = site.gmt(new.completed_at)
    moved: dict[str, SqlValue] = {"status": f"wc-{new.status}", "date_updated_gmt": site.gmt(now)}
    return [
        *(change for one in new.refunds[len(old.refunds) :] for change in refund.given(order, one, stamp)),
        Update(Table.ORDERS, {"id": order.id}, moved),
        *([Update(Table.OPERATIONAL, where, dates)] if dates else ()),
        *(_taken(order, moves, stamp) if moves else ()),
        *comments.system_note(order.id, _sentence(order, old, new), "order_update", stamp),
        *_emails(order, old, new, stamp),
    ]


def _taken(order: PlacedOrder, moves: Sequence[StockMove], stamp: Stamp) -> list[Change]:
    where = {"order_id": order.id}
    told = ", ".join(f"{move.line.product.name} ({move.before}&rarr;{move.after})" for move in moves)
    changes: list[Change] = [Update(Table.OPERATIONAL, where, {"recorded_sales": 1})]
    for move in moves:
        changes += [
            posts.set_meta(move.line.product_id, "total_sales", str(move.sold)),
            *posts.stock_level(move.product_id, move.after, stamp.now),
            items.reduced_stock(move.line),
        ]
    changes += comments.system_note(order.id, f"Stock levels reduced: {told}", "product_stock", stamp)
    return [*changes, Update(Table.OPERATIONAL, where, {"order_stock_reduced": 1})]


def _sentence(order: PlacedOrder, old: OrderState, new: OrderState) -> str:
    opening = OPENINGS.get((new.status, order.plan.payment), "") if old.status == "pending" else ""
    return f"{opening}Order status changed from {TITLES[old.status]} to {TITLES[new.status]}."


def _emails(order: PlacedOrder, old: OrderState, new: OrderState, stamp: Stamp) -> list[Change]:
    changes: list[Change] = []
    for name in EMAILS[new.status]:
        if name == "New order" and old.status != "pending":
            continue
        changes += comments.system_note(order.id, f'Email "{name}" sent.', "email_notification", stamp)
        if name == "New order":
            changes.append(Update(Table.OPERATIONAL, {"order_id": order.id}, {"new_order_email_sent": 1}))
    return changes
