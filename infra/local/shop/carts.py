"""Carts: filled line by line, left, found again, bought or not."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from infra.local.shop.model import BasketLine
from infra.local.shop.money import amounts
from infra.local.shop.order import PlacedOrder
from infra.local.shop.planned import CartLife
from infra.local.shop.rows.cart import Cart, CartLine, cart_lines, session, session_key
from infra.local.shop.shop import Shop


async def put(shop: Shop, key: str, cart: Cart, event_type: str = "cart_updated") -> None:
    """Store a cart; a change is recorded where other goods lie in it."""
    async with shop.alone("cart", [key]):
        stamp, number = shop.stamp(), shop.sessions.number(key, shop.ids)
        await shop.write([session(key, number, cart, stamp)], 0)
        if shop.sessions.keep(key, cart, stamp.now):
            shop.record_cart(event_type, number, key, cart.total, stamp.now)


async def fill(shop: Shop, order: PlacedOrder) -> None:
    """The way to the checkout."""
    plan, key, full = order.plan, _key(order), _of(order)
    first = Cart(full.lines[:1], order.customer_id)
    if plan.grown or plan.returns:
        await put(shop, key, first)
    if plan.returns:
        await asyncio.sleep(shop.habits.absence_s)
        await put(shop, key, Cart(_more(full.lines, full.country), order.customer_id), "cart_recovered")
    await put(shop, key, full)


async def empty(shop: Shop, order: PlacedOrder) -> None:
    """Bought: what stays is the customer."""
    plan = order.plan
    await put(shop, _key(order), Cart((), order.customer_id, plan.customer, plan.recipient))


async def live(shop: Shop, life: CartLife) -> None:
    """A cart that is not bought."""
    key, person = session_key(0, "life", shop.stamp().now, life.number), life.person
    country = person.address.country if person else "NL"
    lines = cart_lines(life.lines, country, shop.opening.warehouse.ids)
    for some in _growing(lines):
        await put(shop, key, Cart(some, 0, person))
        await asyncio.sleep(shop.habits.absence_s / 10)
    if life.returns:
        await asyncio.sleep(shop.habits.absence_s)
        await put(shop, key, Cart(_more(lines, country), 0, person), "cart_recovered")


def _growing(lines: tuple[CartLine, ...]) -> Iterator[tuple[CartLine, ...]]:
    return (lines[: end + 1] for end in range(len(lines)))


def _more(lines: tuple[CartLine, ...], country: str) -> tuple[CartLine, ...]:
    """One piece more of the first line."""
    raised = replace(lines[0].basket, quantity=lines[0].basket.quantity + 1)
    return (replace(lines[0], basket=raised, amounts=amounts([raised], country).lines[0]), *lines[1:])


def _of(order: PlacedOrder) -> Cart:
    plan = order.plan
    lines = tuple(
        CartLine(BasketLine(line.product, line.quantity), line.product_id, line.variation_id, line.amounts)
        for line in order.lines
    )
    return Cart(lines, order.customer_id, plan.customer, plan.recipient, plan.payment, plan.coupon)


def _key(order: PlacedOrder) -> str:
    return session_key(order.customer_id, order.plan.number, order.id)
