"""What staff do to an order beside its statuses: edits while it is open; refunds, trash and deletion afterwards."""

from dataclasses import replace

from infra.local.shop import facts, goods
from infra.local.shop.changes import Table
from infra.local.shop.model import BasketLine
from infra.local.shop.money import cents, line_amounts
from infra.local.shop.order import PlacedOrder, Refund
from infra.local.shop.payload.order import order_payload
from infra.local.shop.payload.product import product_payload
from infra.local.shop.planned import Bin, PartRefund, Readdress, Requantify
from infra.local.shop.rows import edits
from infra.local.shop.rows.status import StockMove
from infra.local.shop.shop import Shop
from infra.local.shop.state import OrderState
from infra.local.shop.webhook import Topic

Standing = tuple[PlacedOrder, OrderState]


async def edit(shop: Shop, order: PlacedOrder, state: OrderState, *, told: bool) -> Standing:
    """Play the planned edits; `told` once `order.created` went out."""
    for act in order.plan.acts:
        match act:
            case Readdress():
                order, state = await _readdress(shop, order, state, act)
            case Requantify():
                order, state = await _requantify(shop, order, state, act)
            case _:
                continue
        if told:
            await shop.tell(Topic.ORDER_UPDATED, order_payload(order, state))
    return order, state


async def settle(shop: Shop, order: PlacedOrder, state: OrderState) -> None:
    """Play what was planned for the time after the last status."""
    for act in order.plan.acts:
        match act:
            case PartRefund():
                state = await _give_back(shop, order, state, act)
            case Bin():
                await _bin(shop, order, state, act)


async def _readdress(shop: Shop, order: PlacedOrder, state: OrderState, act: Readdress) -> Standing:
    stamp = await shop.later(state.modified_at)
    order, state = replace(order, recipient=act.recipient), replace(state, modified_at=stamp.now)
    await shop.write(edits.readdressed(order, stamp.now), order.id)
    shop.ledger.write(facts.order_personal(order))
    shop.record("order_updated", order, state)
    return order, state


async def _requantify(shop: Shop, order: PlacedOrder, state: OrderState, act: Requantify) -> Standing:
    pieces = act.quantity - order.lines[act.line].quantity
    order = order.requantified(act.line, act.quantity)
    line, moves = order.lines[act.line], list[StockMove]()
    async with shop.alone("product", [line.product_id]):
        stamp = await shop.later(state.modified_at)
        state = replace(state, modified_at=stamp.now)
        if state.stock_reduced:
            moves = [shop.opening.warehouse.adjust(line, pieces, stamp.now)]
        await shop.write(edits.requantified(order, line, moves, stamp), order.id)
        shop.record("order_updated", order, state)
        for move in moves:
            goods.record(shop, "product_updated", shop.opening.warehouse.product(move.line.product.sku))
    for move in moves:
        await shop.tell(Topic.PRODUCT_UPDATED, product_payload(shop.opening.warehouse.product(move.line.product.sku)))
    return order, state


async def _give_back(shop: Shop, order: PlacedOrder, state: OrderState, act: PartRefund) -> OrderState:
    stamp = await shop.later(state.modified_at)
    refund = _piece(shop, order, act)
    state = replace(state, modified_at=stamp.now, refunds=(*state.refunds, refund))
    await shop.write(edits.part_refunded(order, refund, stamp), order.id)
    shop.record("order_refunded", order, state)
    shop.ledger.write(facts.refund_reason(refund.id, order.id, act.reason))
    await shop.tell(Topic.ORDER_UPDATED, order_payload(order, state))
    return state


def _piece(shop: Shop, order: PlacedOrder, act: PartRefund) -> Refund:
    line, ids, money = order.lines[act.line], shop.ids, order.amounts
    priced = line_amounts(BasketLine(line.product, 1), money.vat, money.percent_off)
    piece = replace(line, item_id=ids.take(Table.ITEMS), quantity=1, amounts=priced, attributes=())
    tax_item = ids.take(Table.ITEMS) if order.tax_item_id is not None else None
    total = cents(priced.sold.net) + priced.sold.tax
    return Refund(ids.take(Table.POSTS), total, act.reason.text, piece, tax_item)


async def _bin(shop: Shop, order: PlacedOrder, state: OrderState, fate: Bin) -> None:
    stamp = await shop.later(state.modified_at)
    trashed = replace(state, modified_at=stamp.now)
    if fate is Bin.ERASED_AT_ONCE:
        await shop.write(edits.erased(order, state), order.id)
        shop.record("order_deleted", order, trashed)
        return
    await shop.write(edits.trashed(order, state, stamp), order.id)
    shop.record("order_deleted", order, trashed, "trash")
    await shop.tell(Topic.ORDER_DELETED, {"id": order.id})
    stamp = await shop.later(trashed.modified_at)
    if fate is Bin.ERASED:
        await shop.write(edits.erased(order, state), order.id)
    if fate is Bin.RESTORED:
        restored = replace(state, modified_at=stamp.now)
        await shop.write(edits.restored(order, state, stamp.now), order.id)
        shop.record("order_updated", order, restored)
        for topic in (Topic.ORDER_RESTORED, Topic.ORDER_UPDATED):
            await shop.tell(topic, order_payload(order, restored))
