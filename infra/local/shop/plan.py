"""The seeded course of events: who buys what, how it ends, what is written about it. Pure."""

from collections.abc import Sequence
from datetime import date
from random import Random

from infra.local.shop import texts
from infra.local.shop.baskets import basket
from infra.local.shop.catalogue import BY_SKU, CATALOGUE
from infra.local.shop.chores_plan import chores
from infra.local.shop.model import BasketLine, LabelledText, OrderPath, Payment, Person, Product
from infra.local.shop.people import customers
from infra.local.shop.planned import EVERYTHING, Group, OrderPlan, ReviewPlan, ShopPlan
from infra.local.shop.sprinkle import sprinkled

TODAY = date(2026, 11, 23)
"""Anchor of the dates named in texts; a constant, so that the seed alone decides the shop."""

ABANDONED_SHARE = 0.05
CUSTOMER_NOTE_SHARE = 0.4
REVIEW_SHARE = 0.5
STAFF_NOTE_SHARE = 0.4
PATHS = {
    OrderPath.COMPLETED: 58,
    OrderPath.PROCESSING: 15,
    OrderPath.ON_HOLD: 9,
    OrderPath.CANCELLED: 10,
    OrderPath.REFUNDED: 8,
}
STARS = {"positive": (4, 5), "neutral": (3,), "negative": (1, 2)}


def shop_plan(
    orders: int,
    seed: int,
    reviews: int | None = None,
    notes: int | None = None,
    groups: frozenset[Group] = EVERYTHING,
) -> ShopPlan:
    """Plan `orders` placed orders (and 5 % abandoned checkouts beside them) with that many reviews and staff notes.

    Without a number there is a review for every second order and a staff note for two in five. `groups` says what else
    happens beside selling; what is sold to whom does not depend on it.
    """
    people = customers(max(15, orders // 2), seed)
    rng = Random(f"{seed}/orders")
    reviews_of = _spread(round(orders * REVIEW_SHARE) if reviews is None else reviews, orders, rng)
    notes_of = _spread(round(orders * STAFF_NOTE_SHARE) if notes is None else notes, orders, rng)
    placed = [_order(i, people, reviews_of[i], notes_of[i], rng) for i in range(orders)]
    for number in range(round(orders * ABANDONED_SHARE)):
        placed.insert(rng.randint(0, len(placed)), _abandoned(orders + number, people, rng))
    everything = tuple(sprinkled(plan, groups, seed, TODAY) for plan in placed)
    return ShopPlan(seed, CATALOGUE, people, everything, chores(orders, people, groups, seed))


def reviewed(product: Product) -> Product:
    """The product a review belongs to: WooCommerce keeps reviews at the parent of a variation."""
    return BY_SKU[product.parent_sku] if product.parent_sku else product


def _spread(count: int, over: int, rng: Random) -> list[int]:
    counts = [0] * over
    for _ in range(count if over else 0):
        counts[rng.randrange(over)] += 1
    return counts


def _order(number: int, people: Sequence[Person], reviews: int, notes: int, rng: Random) -> OrderPlan:
    customer, other, lines = rng.choice(people), rng.choice(people), basket(rng)
    path = rng.choices(list(PATHS), list(PATHS.values()))[0]
    setting = texts.Setting(customer, other, lines[0].product, TODAY)
    return OrderPlan(
        number=number,
        customer=customer,
        recipient=other if rng.random() < 0.1 else customer,
        lines=lines,
        payment=_payment(customer, path, rng),
        path=path,
        created_after=rng.choices((0, 1, 2), (8, 1, 1))[0],
        sepa=rng.random() < 0.3,
        customer_note=texts.customer_note(setting, rng) if rng.random() < CUSTOMER_NOTE_SHARE else None,
        staff_notes=tuple(texts.staff_note(setting, rng) for _ in range(notes)),
        reviews=tuple(_review(customer, other, rng.choice(lines), rng) for _ in range(reviews)),
        refund_reason=texts.refund_reason(setting, rng) if path is OrderPath.REFUNDED else None,
        pauses=_pauses(rng),
    )


def _abandoned(number: int, people: Sequence[Person], rng: Random) -> OrderPlan:
    customer, nothing = rng.choice(people), tuple[LabelledText, ...]()
    return OrderPlan(
        number=number,
        customer=customer,
        recipient=customer,
        lines=basket(rng),
        payment=Payment.BACS,
        path=OrderPath.ABANDONED,
        created_after=0,
        sepa=False,
        customer_note=None,
        staff_notes=nothing,
        reviews=(),
        refund_reason=None,
        pauses=_pauses(rng),
    )


def _review(customer: Person, other: Person, line: BasketLine, rng: Random) -> ReviewPlan:
    product = reviewed(line.product)
    text = texts.review(texts.Setting(customer, other, product, TODAY), rng)
    return ReviewPlan(product, rng.choice(STARS[text.label]), text)


def _payment(customer: Person, path: OrderPath, rng: Random) -> Payment:
    if path is OrderPath.ON_HOLD:
        return Payment.BACS
    if customer.address.country == "NL" and rng.random() < 0.7:
        return Payment.IDEAL
    return rng.choice((Payment.BACS, Payment.COD))


def _pauses(rng: Random) -> tuple[float, ...]:
    return tuple(round(rng.uniform(0.1, 0.8), 3) for _ in range(5))
