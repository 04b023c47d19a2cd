"""One order's life: draft, submission, changes of status, notes, reviews; each written, then told by webhook."""

import asyncio
from collections.abc import Sequence

from infra.local.shop import accounts, aftermath, carts, coupons, facts, goods, reviews
from infra.local.shop.order import PlacedOrder, place
from infra.local.shop.payload.order import order_payload
from infra.local.shop.payload.product import product_payload
from infra.local.shop.planned import OrderPlan
from infra.local.shop.rows import checkout, comments, status
from infra.local.shop.rows.status import StockMove
from infra.local.shop.shop import Shop
from infra.local.shop.state import OrderState, advance, steps
from infra.local.shop.webhook import Topic

EDITABLE = ("pending", "on-hold")


async def live(shop: Shop, plan: OrderPlan) -> None:
    """Play one order to its end. Raises ShopDatabaseError; a lost or refused webhook ends nothing."""
    order = _place(shop, plan)
    shop.ledger.write(facts.order_personal(order))
    await carts.fill(shop, order)
    await shop.write(checkout.draft(order, shop.ids), order.id)
    statuses = steps(plan.path, plan.payment)
    if not statuses:
        return
    await _pause(shop, plan, 0)
    state, told_from = await _submit(shop, order), min(plan.created_after, len(statuses) - 1)
    await _tell_order(shop, order, state, _topics(0, told_from))
    for index, name in enumerate(statuses[1:], 1):
        if state.status in EDITABLE and name not in EDITABLE:
            order, state = await aftermath.edit(shop, order, state, told=index > told_from)
        await _pause(shop, plan, index)
        state = await _move(shop, order, state, name, _topics(index, told_from))
    await _staff_notes(shop, order)
    for review in plan.reviews:
        await reviews.post(shop, order, review)
    await aftermath.settle(shop, order, state)


def _place(shop: Shop, plan: OrderPlan) -> PlacedOrder:
    account = shop.opening.accounts.get(plan.customer.email)
    return place(plan, account.user_id if account else 0, shop.opening.goods, shop.stamp())


def _topics(index: int, told_from: int) -> tuple[Topic, ...]:
    """`order.created` goes out once, with the status reached by then; what came before is never told apart."""
    if index < told_from:
        return ()
    return (Topic.ORDER_CREATED, Topic.ORDER_UPDATED) if index == told_from else (Topic.ORDER_UPDATED,)


async def _submit(shop: Shop, order: PlacedOrder) -> OrderState:
    stamp = shop.stamp()
    state = OrderState("pending", stamp.now)
    await shop.write(checkout.submit(order, stamp), order.id)
    shop.record("order_placed", order, state)
    if order.plan.customer_note:
        shop.ledger.write(facts.customer_note(order, order.plan.customer_note))
    await coupons.use(shop, order)
    await carts.empty(shop, order)
    return state


async def _move(shop: Shop, order: PlacedOrder, old: OrderState, name: str, topics: tuple[Topic, ...]) -> OrderState:
    async with shop.alone("product", [line.product_id for line in order.lines]):
        new = advance(order, old, name, shop.now())
        moves: list[StockMove] = []
        if new.stock_reduced and not old.stock_reduced:
            moves = shop.opening.warehouse.take(order.lines, new.modified_at)
        await shop.write(status.change(order, old, new, moves, shop.ids), order.id)
        refunded = new.refunds != old.refunds
        shop.record("order_refunded" if refunded else "order_status_changed", order, new)
        for move in moves:
            goods.record(shop, "product_updated", shop.opening.warehouse.product(move.line.product.sku))
    if refunded and order.plan.refund_reason and order.refund_id:
        shop.ledger.write(facts.refund_reason(order.refund_id, order.id, order.plan.refund_reason))
    if name == "cancelled":
        await coupons.give_back(shop, order)
    await _tell_order(shop, order, new, topics)
    await _tell_products(shop, moves)
    if new.paid_at and not old.paid_at:
        await accounts.paid(shop, order.plan.customer)
    return new


async def _tell_order(shop: Shop, order: PlacedOrder, state: OrderState, topics: tuple[Topic, ...]) -> None:
    for topic in topics:
        await shop.tell(topic, order_payload(order, state))


async def _tell_products(shop: Shop, moves: Sequence[StockMove]) -> None:
    for move in moves:
        await shop.tell(Topic.PRODUCT_UPDATED, product_payload(shop.opening.warehouse.product(move.line.product.sku)))


async def _staff_notes(shop: Shop, order: PlacedOrder) -> None:
    for turn, text in enumerate(order.plan.staff_notes, order.plan.number):
        stamp, to_customer = shop.stamp(), turn % 5 == 4
        note = comments.staff_note(order.id, text.text, turn % 2 == 0, to_customer, stamp)
        changes = list(note.changes)
        if to_customer:
            changes += comments.system_note(order.id, 'Email "Customer note" sent.', "email_notification", stamp)
        await shop.write(changes, order.id)
        shop.ledger.write(facts.comment_text("order_note", note.id, order.id, text))


async def _pause(shop: Shop, plan: OrderPlan, index: int) -> None:
    """Time that passes in the shop, so that a status is read before the next one; none at full speed."""
    if shop.habits.pauses:
        await asyncio.sleep(plan.pauses[index % len(plan.pauses)])
