"""Rows of WooCommerce's sessions table to what lies in a cart, and whose it is. Pure.

A session is a PHP array of PHP texts: `cart` holds the lines, `customer` the shopper's address, as far as it is known.
Source: WooCommerce, WC_Session_Handler and WC_Cart_Session.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from avro_schemas.records import CartItem
from streams.sources.fields import LARGEST_MONEY, NO_MONEY, Json, count, each, identifier, money, reference, text, wrong
from streams.sources.identity import subject
from streams.sources.payloads import MAX_LINE_ITEMS
from streams.sources.php import PhpError, unserialize
from streams.sources.tables import LONGEST_TEXT

# A customer's session is stored under the customer's id, a guest's under `t_` and random digits.
_CUSTOMER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CartContent:
    """A cart as one row of the sessions table holds it. `country` is empty, `subject` None, until they are known."""

    session_id: int
    items: list[CartItem] = field(repr=False)
    subject: str | None = field(repr=False)
    country: str


def content(row: Json, shop_id: str) -> CartContent:
    """What a session holds; RefusedError naming the part that is not what WooCommerce writes."""
    if len(text(row, "session_value")) >= LONGEST_TEXT:
        raise wrong("session_value", f"whole: more than {LONGEST_TEXT} characters are not captured")
    session = _part(row, "session_value", "session_value")
    customer = _part(session, "customer", "session_value.customer")
    key = text(row, "session_key")
    return CartContent(
        session_id=identifier(row, "session_id"),
        items=_items(session),
        subject=subject(shop_id, text(customer, "email"), int(key) if _CUSTOMER.fullmatch(key) else 0),
        country=text(customer, "country") or text(customer, "shipping_country"),
    )


def _items(session: Json) -> list[CartItem]:
    lines = list(_part(session, "cart", "session_value.cart").values())
    if len(lines) > MAX_LINE_ITEMS:
        raise wrong("session_value.cart", f"a cart of at most {MAX_LINE_ITEMS} lines")
    items = each({"session_value.cart": lines}, "session_value.cart", _item)
    if abs(sum((item["total"] for item in items), NO_MONEY)) >= LARGEST_MONEY:
        raise wrong("session_value.cart", "a cart with an amount for its total")
    return items


def _item(line: Json) -> CartItem:
    return CartItem(
        product_id=identifier(line, "product_id"),
        variation_id=reference(line, "variation_id"),
        quantity=count(line, "quantity"),
        total=money(line, "line_total"),
    )


def _part(record: Json, name: str, path: str) -> Mapping[str, Any]:
    """A serialised array within a record; empty when absent."""
    value = record.get(name)
    if isinstance(value, str) and value:
        try:
            value = unserialize(value)
        except PhpError as error:
            raise wrong(path, f"an array as PHP serialises it ({error})") from None
    if value in (None, ""):
        return {}
    if not isinstance(value, Mapping):
        raise wrong(path, "an array as PHP serialises it")
    return cast(Mapping[str, Any], value)
