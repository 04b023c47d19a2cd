"""Where an order stands: its state, which moves on while the order's ids stay."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from infra.local.shop.model import OrderPath, Payment
from infra.local.shop.money import NIL
from infra.local.shop.order import PlacedOrder, Refund


@dataclass(frozen=True, slots=True)
class OrderState:
    """Where an order stands; times are UTC."""

    status: str
    modified_at: datetime
    paid_at: datetime | None = None
    completed_at: datetime | None = None
    stock_reduced: bool = False
    refunds: tuple[Refund, ...] = ()

    @property
    def refunded(self) -> Decimal:
        """Money given back so far."""
        return sum((refund.total for refund in self.refunds), NIL)

    def moved(self, status: str, now: datetime, payment: Payment) -> "OrderState":
        """The state after a change of status: what is paid, completed and taken from stock follows from it."""
        paid = status == "completed" or (status == "processing" and payment is not Payment.COD)
        return replace(
            self,
            status=status,
            modified_at=now,
            paid_at=self.paid_at or (now if paid else None),
            completed_at=self.completed_at or (now if status == "completed" else None),
            stock_reduced=self.stock_reduced or status in ("on-hold", "processing", "completed"),
        )


def advance(order: PlacedOrder, old: OrderState, status: str, now: datetime) -> OrderState:
    """The state after a change of status; with `refunded` all that is left of the money goes back."""
    new = old.moved(status, now, order.plan.payment)
    if status != "refunded" or order.refund_id is None:
        return new
    reason = order.plan.refund_reason
    refund = Refund(order.refund_id, order.amounts.total - old.refunded, reason.text if reason else "")
    return replace(new, refunds=(*old.refunds, refund))


def steps(path: OrderPath, payment: Payment) -> tuple[str, ...]:
    """The statuses an order goes through after `checkout-draft`."""
    opening = ("pending", "on-hold") if payment is Payment.BACS else ("pending",)
    return {
        OrderPath.ABANDONED: (),
        OrderPath.ON_HOLD: ("pending", "on-hold"),
        OrderPath.PROCESSING: (*opening, "processing"),
        OrderPath.COMPLETED: (*opening, "processing", "completed"),
        OrderPath.CANCELLED: ("pending", "cancelled"),
        OrderPath.REFUNDED: (*opening, "processing", "refunded"),
    }[path]
