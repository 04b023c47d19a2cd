"""Which chores a shop has beside its orders: customers, goods, coupons, carts and settings. Pure."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from random import Random

from infra.local.shop.baskets import SELLABLE, basket
from infra.local.shop.model import Person, Product
from infra.local.shop.people import customers, new_address
from infra.local.shop.planned import (
    CartLife,
    Chore,
    CouponLife,
    CustomerLife,
    Group,
    ProductLife,
    Removal,
    Restock,
    SettingSaved,
    Shelf,
)

SEASONAL = (
    "Kerststal Bethlehem",
    "Adventskalender Clara",
    "Paasmand Saskia",
    "Picknickkleed Toscane",
    "Slinger Sophie",
)
SETTINGS = {
    "blogdescription": ("Voor thuis en op kantoor", "Alles voor de keuken", "Sinds 1987"),
    "woocommerce_demo_store": ("no", "yes"),
    "woocommerce_email_footer_text": ("{site_title}", "{site_title} - {store_email}"),
    "woocommerce_hold_stock_minutes": ("60", "90", "120"),
    "kantoor_banner_settings": ('a:2:{s:4:"show";b:1;s:4:"text";s:9:"Welkom in";}', 'a:1:{s:4:"show";b:0;}'),
}
ENDS = {Shelf.KEPT: 3, Shelf.TRASHED: 2, Shelf.ERASED: 1}
SHARES = {"registrations": 0.03, "removals": 0.04, "seasonal": 0.015, "restocks": 0.03, "coupons": 0.015,
          "carts": 0.06, "settings": 0.03}  # fmt: skip
"""Chores per order."""

_Draw = Callable[[int, Random], Chore | None]


def chores(
    orders: int, people: Sequence[Person], groups: frozenset[Group], seed: int
) -> Mapping[int, tuple[Chore, ...]]:
    """Chores by the number of the order that they begin with; at least one of each kind where there is an order."""
    strangers = customers(_count("registrations", orders) + 1, seed + 1_000_003)
    owners = [person for person in people if person.username]
    draws: tuple[tuple[Group, str, _Draw], ...] = (
        (Group.CUSTOMERS, "registrations", lambda turn, rng: _registration(strangers[turn], turn, rng)),
        (Group.CUSTOMERS, "removals", lambda _, rng: _removal(owners, rng)),
        (Group.PRODUCTS, "seasonal", _seasonal),
        (Group.PRODUCTS, "restocks", lambda _, rng: Restock(rng.choice(SELLABLE).sku, rng.randint(5, 60))),
        (Group.COUPONS, "coupons", _coupon),
        (Group.CARTS, "carts", lambda turn, rng: _cart(people, turn, rng)),
        (Group.OPTIONS, "settings", _setting),
    )
    planned: dict[int, list[Chore]] = {}
    for group, name, draw in draws:
        rng = Random(f"{seed}/chores/{name}")
        for turn in range(_count(name, orders) if group in groups else 0):
            begins = rng.randrange(orders)
            if chore := draw(turn, rng):
                planned.setdefault(begins, []).append(chore)
    return {begins: tuple(found) for begins, found in planned.items()}


def _count(name: str, orders: int) -> int:
    return max(1, round(SHARES[name] * orders)) if orders else 0


def _registration(person: Person, turn: int, rng: Random) -> Chore:
    return CustomerLife(person, new_address(person.address.country, rng), deleted=turn % 2 == 0)


def _removal(owners: Sequence[Person], rng: Random) -> Chore | None:
    if not owners:
        return None
    person = rng.choice(owners)
    return Removal(person, new_address(person.address.country, rng))


def _seasonal(turn: int, rng: Random) -> Chore:
    name, price = SEASONAL[turn % len(SEASONAL)], Decimal(rng.randint(900, 6000)) / 100
    dearer = price + Decimal(rng.randint(50, 500)) / 100
    product = Product("KK-SEIZOEN", name, price, "season")
    return ProductLife(product, dearer, f"{name} groot", turn % 3 == 0, _end(turn, rng))


def _coupon(turn: int, rng: Random) -> Chore:
    amount = Decimal(rng.randint(5, 20))
    return CouponLife(rng.choice(("lente", "black-friday", "sint", "mooi-weer")), amount, amount + 5, _end(turn, rng))


def _end(turn: int, rng: Random) -> Shelf:
    return Shelf.ERASED if turn == 0 else rng.choices(list(ENDS), list(ENDS.values()))[0]


def _cart(people: Sequence[Person], turn: int, rng: Random) -> Chore:
    person = rng.choice(people) if turn % 2 else None
    return CartLife(turn, person, basket(rng), returns=turn % 3 == 0)


def _setting(turn: int, rng: Random) -> Chore:
    name = list(SETTINGS)[turn % len(SETTINGS)]
    return SettingSaved(name, rng.choice(SETTINGS[name]), turn)
