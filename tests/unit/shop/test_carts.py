"""Carts are serialised as WooCommerce serialises them: keys, hashes and types of recorded sessions."""

import json
import re
from decimal import Decimal

import pytest

from infra.local.shop.catalogue import BY_SKU
from infra.local.shop.model import BasketLine
from infra.local.shop.php import PhpObject, serialize
from infra.local.shop.planned import ShopPlan
from infra.local.shop.rows.cart import Cart, cart_lines, session_key, value
from tests.unit.shop.samples import FIXTURES

IDS = {"KK-PEN-07": 19, "KK-PEN-07-F": 20, "KK-STOEL-02": 12, "KK-NOTE-04": 14}
NAMES = re.compile(r's:\d+:"((?:wc_ship_)?[a-z_0-9]+)";')


def recorded(quantity: int) -> str:
    """The recorded session with that many notebooks in its cart."""
    with (FIXTURES / "debezium_stream.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            row = json.loads(event["value"])["after"] if event["value"] else None
            found = str((row or {}).get("session_value", ""))
            if '"data_hash"' in found and f's:8:"quantity";i:{quantity};' in found:
                return found
    raise AssertionError(f"no recorded cart holds {quantity} pieces")


def notebooks(quantity: int) -> str:
    """The same, rendered."""
    return value(Cart(cart_lines([BasketLine(BY_SKU["KK-NOTE-04"], quantity)], "NL", IDS)))


def part(session: str, name: str) -> str:
    """The text of one entry of a session."""
    found = re.search(rf's:{len(name)}:"{name}";s:(\d+):"', session)
    assert found
    return session.encode()[len(session[: found.end()].encode()) :][: int(found[1])].decode()


@pytest.mark.parametrize("quantity", [1, 3])
def test_a_cart_has_the_keys_hashes_and_totals_of_the_recorded_one(quantity: int) -> None:
    rendered, real = notebooks(quantity), recorded(quantity)
    assert NAMES.findall(part(rendered, "cart")) == NAMES.findall(part(real, "cart"))
    assert part(rendered, "cart_totals") == part(real, "cart_totals")
    for name in ("chosen_shipping_methods", "previous_shipping_methods", "shipping_method_counts"):
        assert part(rendered, name) == part(real, name)


def test_the_shipping_rate_is_the_recorded_object_but_for_the_parcels_hash() -> None:
    rendered, real = (part(one, "shipping_for_package_0") for one in (notebooks(1), recorded(1)))
    hashed = re.compile("wc_ship_[0-9a-f]+")
    assert hashed.sub("", rendered) == hashed.sub("", real)


def test_a_variation_has_the_key_and_hash_that_a_running_shop_gave_it() -> None:
    cart = part(value(Cart(cart_lines([BasketLine(BY_SKU["KK-PEN-07-F"], 1)], "NL", IDS))), "cart")
    assert cart.startswith('a:1:{s:32:"994d91900d9923e61c65d1088345c481";')
    assert 's:9:"data_hash";s:32:"7162831d67fc80cb06a37dab9648212e";' in cart
    assert 's:10:"product_id";i:19;s:12:"variation_id";i:20;s:9:"variation";a:1:{s:14:"attribute_punt";' in cart


def test_an_empty_cart_holds_the_customer_alone(plan: ShopPlan) -> None:
    person = plan.customers[0]
    session = value(Cart((), 7, person))
    assert part(session, "customer").startswith('a:28:{s:2:"id";s:1:"7";')
    assert person.email in session
    assert '"cart"' not in session
    assert '"email";s:0:"";' in value(Cart(()))


def test_a_discounted_cart_says_what_it_was_before() -> None:
    cart = Cart(cart_lines([BasketLine(BY_SKU["KK-STOEL-02"], 1)], "NL", IDS, Decimal(10)), coupon="welkom10")
    session = value(cart)
    assert 's:13:"line_subtotal";d:180.991736;' in part(session, "cart")
    assert 's:10:"line_total";d:162.892562;' in part(session, "cart")
    assert part(session, "applied_coupons") == 'a:1:{i:0;s:8:"welkom10";}'
    assert cart.total == Decimal("162.89")


def test_a_guests_key_is_32_characters_and_a_customers_is_the_id() -> None:
    assert re.fullmatch("t_[0-9a-f]{30}", session_key(0, 1, 2))
    assert session_key(42, 1, 2) == "42"


def test_objects_and_numeric_keys_are_written_as_php_writes_them() -> None:
    assert serialize(PhpObject("WC_Shipping_Rate", {"data": 1})) == 'O:16:"WC_Shipping_Rate":1:{s:7:"\0*\0data";i:1;}'
    assert serialize({"12": "a", "012": "b"}) == 'a:2:{i:12;s:1:"a";s:3:"012";s:1:"b";}'
