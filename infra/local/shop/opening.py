"""What must be in the database before the first customer comes: options, goods, accounts. Only what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from infra.local.shop import site
from infra.local.shop.changes import Change, Insert, Stamp, Table
from infra.local.shop.database import Holdings
from infra.local.shop.model import Person, Product
from infra.local.shop.payload.customer import Account
from infra.local.shop.payload.product import StockedProduct
from infra.local.shop.rows import people, posts
from infra.local.shop.warehouse import INITIAL_STOCK, Warehouse

OPTIONS = {
    "siteurl": site.SITE_URL,
    "home": site.SITE_URL,
    "blogname": "Kantoor & Keuken",
    "admin_email": site.ADMIN_EMAIL,
    "timezone_string": "Europe/Amsterdam",
    "woocommerce_version": site.WOOCOMMERCE_VERSION,
    "woocommerce_currency": site.CURRENCY,
    "woocommerce_custom_orders_table_enabled": "yes",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """A shop ready to sell: the changes that make it so, its warehouse, its accounts by e-mail address."""

    changes: tuple[Change, ...] = field(repr=False)
    warehouse: Warehouse
    accounts: dict[str, Account] = field(repr=False)


def opening(catalogue: Sequence[Product], customers: Sequence[Person], held: Holdings, stamp: Stamp) -> Opening:
    """Plan what is missing from `held`."""
    changes: list[Change] = [
        Insert(
            Table.OPTIONS,
            {"option_id": stamp.ids.take(Table.OPTIONS), "option_name": name, "option_value": value, "autoload": "on"},
        )
        for name, value in OPTIONS.items()
        if name not in held.options
    ]
    goods, warehouse = _goods(catalogue, held, stamp)
    registrations, accounts = _accounts(customers, held, stamp)
    return Opening((*changes, *goods, *registrations), warehouse, accounts)


def _goods(catalogue: Sequence[Product], held: Holdings, stamp: Stamp) -> tuple[list[Change], Warehouse]:
    changes: list[Change] = []
    numbers: dict[str, int] = {}
    shelves = []
    for item in catalogue:
        parent_id = numbers[item.parent_sku] if item.parent_sku else 0
        if item.sku in held.products:
            number, stock, sold = held.products[item.sku]
        else:
            number, stock, sold = stamp.ids.take(Table.POSTS), INITIAL_STOCK, 0
            changes += posts.product(item, number, parent_id, stock, stamp)
        numbers[item.sku] = number
        shelves.append(StockedProduct(number, parent_id, item, stock, sold, stamp.now, stamp.now))
    return changes, Warehouse(shelves)


def _accounts(customers: Sequence[Person], held: Holdings, stamp: Stamp) -> tuple[list[Change], dict[str, Account]]:
    changes: list[Change] = []
    accounts: dict[str, Account] = {}
    for person in customers:
        if person.username is None or person.email in accounts:
            continue
        user_id = held.accounts.get(person.email)
        if user_id is None:
            user_id = stamp.ids.take(Table.USERS)
            changes += people.register(person, person.username, user_id, stamp)
        accounts[person.email] = Account(user_id, person, person.username, stamp.now, user_id)
    return changes, accounts
