"""What must be in the database before the first customer comes: options, goods, coupons, accounts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from infra.local.shop import site
from infra.local.shop.changes import Change, Stamp, Table
from infra.local.shop.holdings import Holdings
from infra.local.shop.model import Person, Product
from infra.local.shop.order import Goods
from infra.local.shop.payload.coupon import Coupon
from infra.local.shop.payload.customer import Account
from infra.local.shop.payload.product import StockedProduct
from infra.local.shop.rows import coupons, options, people, posts
from infra.local.shop.site import Installation
from infra.local.shop.sprinkle import STANDING_COUPONS
from infra.local.shop.warehouse import INITIAL_STOCK, Warehouse

STANDARD = Installation()

OPTIONS = {
    "siteurl": site.SITE_URL,
    "home": site.SITE_URL,
    "blogname": "Kantoor & Keuken",
    "admin_email": site.ADMIN_EMAIL,
    "timezone_string": "Europe/Amsterdam",
    "woocommerce_version": site.WOOCOMMERCE_VERSION,
    "woocommerce_currency": site.CURRENCY,
}


@dataclass(frozen=True, slots=True)
class Opening:
    """A shop ready to sell: the changes that make it so, and what it then holds, which moves on while it sells."""

    changes: tuple[Change, ...] = field(repr=False)
    warehouse: Warehouse
    accounts: dict[str, Account] = field(repr=False)
    """By e-mail address."""
    coupons: dict[str, Coupon] = field(repr=False)
    """The standing ones, by code."""
    options: dict[str, tuple[int, str]] = field(repr=False)
    """Id and value by name."""
    held_accounts: frozenset[str] = field(repr=False)
    """E-mail addresses of the accounts of earlier runs."""
    installation: Installation

    @property
    def goods(self) -> Goods:
        """What a checkout needs to know."""
        return Goods(self.warehouse.ids, {code: (one.id, one.amount) for code, one in self.coupons.items()})


def opening(
    catalogue: Sequence[Product],
    customers: Sequence[Person],
    held: Holdings,
    stamp: Stamp,
    installation: Installation = STANDARD,
) -> Opening:
    """Plan what is missing from `held`."""
    settings, known = _options(held, installation, stamp)
    goods, warehouse = _goods(catalogue, held, stamp)
    discounts, standing = _coupons(held, stamp)
    registrations, accounts = _accounts(customers, held, stamp, installation.prefix)
    changes = (*settings, *goods, *discounts, *registrations)
    return Opening(changes, warehouse, accounts, standing, known, frozenset(held.accounts), installation)


def _options(
    held: Holdings, installation: Installation, stamp: Stamp
) -> tuple[list[Change], dict[str, tuple[int, str]]]:
    known = dict(held.options)
    hpos = "yes" if installation.order_storage is site.OrderStorage.TABLES else "no"
    wanted = OPTIONS | {"woocommerce_custom_orders_table_enabled": hpos}
    missing = {name: value for name, value in wanted.items() if name not in known}
    changes: list[Change] = []
    for name, value in missing.items():
        known[name] = stamp.ids.take(Table.OPTIONS), value
        changes.append(options.added(name, value, known[name][0]))
    return changes, known


def _goods(catalogue: Sequence[Product], held: Holdings, stamp: Stamp) -> tuple[list[Change], Warehouse]:
    changes: list[Change] = []
    numbers: dict[str, int] = {}
    shelves = []
    for item in catalogue:
        parent_id = numbers[item.parent_sku] if item.parent_sku else 0
        if there := held.products.get(item.sku):
            number, stock, sold = there.id, there.stock, there.sold
        else:
            number, stock, sold = stamp.ids.take(Table.POSTS), INITIAL_STOCK, 0
            changes += posts.product(item, number, parent_id, stock, stamp)
        numbers[item.sku] = number
        shelves.append(StockedProduct(number, parent_id, item, stock, sold, stamp.now, stamp.now))
    return changes, Warehouse(shelves)


def _coupons(held: Holdings, stamp: Stamp) -> tuple[list[Change], dict[str, Coupon]]:
    changes: list[Change] = []
    known: dict[str, Coupon] = {}
    for code, percent in STANDING_COUPONS.items():
        there = held.coupons.get(code)
        number = there.id if there else stamp.ids.take(Table.POSTS)
        known[code] = Coupon(number, code, percent, stamp.now, stamp.now, used=there.used if there else 0)
        if there is None:
            changes += coupons.created(known[code], stamp)
    return changes, known


def _accounts(
    customers: Sequence[Person], held: Holdings, stamp: Stamp, prefix: str
) -> tuple[list[Change], dict[str, Account]]:
    changes: list[Change] = []
    accounts: dict[str, Account] = {}
    for person in customers:
        if person.username is None or person.email in accounts:
            continue
        user_id = held.accounts.get(person.email)
        if user_id is None:
            user_id = stamp.ids.take(Table.USERS)
            changes += people.register(person, person.username, user_id, stamp, prefix)
        paying = user_id in held.paying
        accounts[person.email] = Account(user_id, person, person.username, stamp.now, stamp.now, user_id, paying)
    return changes, accounts
