"""One order's life: draft, submission, changes of status, notes, reviews; each written, then told by webhook."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from infra.local.shop import facts
from infra.local.shop.changes import Change, Ids, Stamp
from infra.local.shop.courier import Courier
from infra.local.shop.ledger import Ledger
from infra.local.shop.model import OrderPlan
from infra.local.shop.opening import Opening
from infra.local.shop.order import OrderState, PlacedOrder, place, steps
from infra.local.shop.payload.customer import customer_payload
from infra.local.shop.payload.order import order_payload
from infra.local.shop.payload.parts import JsonObject
from infra.local.shop.payload.product import product_payload
from infra.local.shop.rows import checkout, comments, status
from infra.local.shop.rows.status import StockMove
from infra.local.shop.site import utc_now
from infra.local.shop.webhook import Topic, delivery
from infra.local.shop.writers import Writers


@dataclass(frozen=True, slots=True)
class Shop:
    """What every order needs. `pauses` says whether time passes between an order's steps."""

    opening: Opening
    writers: Writers
    courier: Courier
    ledger: Ledger
    ids: Ids
    secret: str = field(repr=False)
    pauses: bool

    async def write(self, changes: Sequence[Change], about: int) -> None:
        """Execute changes and record the business facts among them."""
        await self.writers.apply(changes)
        for fact in facts.row_facts(changes, about, datetime.now(UTC)):
            self.ledger.write(fact)

    async def tell(self, topic: Topic, payload: JsonObject) -> None:
        """Deliver a webhook."""
        await self.courier.send(delivery(topic, payload, self.secret, utc_now()))

    def stamp(self) -> Stamp:
        """Ids and the present second for the next rows."""
        return Stamp(self.ids, utc_now())


async def live(shop: Shop, plan: OrderPlan) -> None:
    """Play one order to its end. Raises ShopDatabaseError; a lost or refused webhook ends nothing."""
    order = _place(shop, plan)
    shop.ledger.write(facts.order_personal(order))
    await shop.write(checkout.draft(order, shop.ids), order.id)
    statuses = steps(plan.path, plan.payment)
    if not statuses:
        return
    await _pause(shop, plan, 0)
    state, told_from = await _submit(shop, order), min(plan.created_after, len(statuses) - 1)
    await _tell_order(shop, order, state, _topics(0, told_from))
    for index, name in enumerate(statuses[1:], 1):
        await _pause(shop, plan, index)
        state = await _move(shop, order, state, name, _topics(index, told_from))
    await _staff_notes(shop, order)
    await _reviews(shop, order)


def _place(shop: Shop, plan: OrderPlan) -> PlacedOrder:
    account = shop.opening.accounts.get(plan.customer.email)
    return place(plan, account.user_id if account else 0, shop.opening.warehouse.ids, shop.stamp())


def _topics(index: int, told_from: int) -> tuple[Topic, ...]:
    """`order.created` goes out once, with the status reached by then; what came before is never told apart."""
    if index < told_from:
        return ()
    return (Topic.ORDER_CREATED, Topic.ORDER_UPDATED) if index == told_from else (Topic.ORDER_UPDATED,)


async def _submit(shop: Shop, order: PlacedOrder) -> OrderState:
    stamp = shop.stamp()
    await shop.write(checkout.submit(order, stamp), order.id)
    if order.plan.customer_note:
        shop.ledger.write(facts.customer_note(order, order.plan.customer_note))
    return OrderState("pending", stamp.now)


async def _move(shop: Shop, order: PlacedOrder, old: OrderState, name: str, topics: tuple[Topic, ...]) -> OrderState:
    new = old.moved(name, utc_now(), order.plan.payment)
    moves: list[StockMove] = []
    if new.stock_reduced and not old.stock_reduced:
        moves = shop.opening.warehouse.take(order.lines, new.modified_at)
    await shop.write(status.change(order, old, new, moves, shop.ids), order.id)
    if new.refunded and order.plan.refund_reason and order.refund_id:
        shop.ledger.write(facts.refund_reason(order.refund_id, order.id, order.plan.refund_reason))
    await _tell_order(shop, order, new, topics)
    for move in moves:
        await shop.tell(Topic.PRODUCT_UPDATED, product_payload(shop.opening.warehouse.product(move.line.product.sku)))
    account = shop.opening.accounts.get(order.plan.customer.email)
    if account and new.paid_at and not old.paid_at:
        await shop.tell(Topic.CUSTOMER_UPDATED, customer_payload(account, new.modified_at))
    return new


async def _tell_order(shop: Shop, order: PlacedOrder, state: OrderState, topics: tuple[Topic, ...]) -> None:
    for topic in topics:
        await shop.tell(topic, order_payload(order, state))


async def _staff_notes(shop: Shop, order: PlacedOrder) -> None:
    for turn, text in enumerate(order.plan.staff_notes, order.plan.number):
        stamp, to_customer = shop.stamp(), turn % 5 == 4
        note = comments.staff_note(order.id, text.text, turn % 2 == 0, to_customer, stamp)
        changes = list(note.changes)
        if to_customer:
            changes += comments.system_note(order.id, 'Email "Customer note" sent.', "email_notification", stamp)
        await shop.write(changes, order.id)
        shop.ledger.write(facts.comment_text("order_note", note.id, order.id, text))


async def _reviews(shop: Shop, order: PlacedOrder) -> None:
    account = shop.opening.accounts.get(order.plan.customer.email)
    for planned in order.plan.reviews:
        product_id = shop.opening.warehouse.parent(planned.product).id
        user_id = account.user_id if account else 0
        comment = comments.review(product_id, user_id, order.plan.customer, planned, shop.stamp())
        await shop.write(comment.changes, product_id)
        shop.ledger.write(facts.comment_text("review", comment.id, product_id, planned.text))


async def _pause(shop: Shop, plan: OrderPlan, index: int) -> None:
    """Time that passes in the shop, so that a status is read before the next one; none at full speed."""
    if shop.pauses:
        await asyncio.sleep(plan.pauses[index % len(plan.pauses)])
