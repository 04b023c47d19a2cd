"""A session tells what lies in the cart and whose it is; a damaged one is refused by the part that is damaged."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.shop.catalogue import CATALOGUE
from infra.local.shop.changes import Ids, Stamp
from infra.local.shop.model import BasketLine, Person
from infra.local.shop.php import PhpValue, serialize
from infra.local.shop.plan import shop_plan
from infra.local.shop.rows.cart import Cart, cart_lines, session
from streams.delivery.refusal import RefusedError
from streams.sources.carts.content import content
from streams.sources.debezium import parse
from streams.sources.tables import LONGEST_TEXT
from tests.fixtures.samples import changes, sessions
from tests.unit.sources.anything import ANYTHING, FEW
from tests.unit.sources.changes import START

RECORDED = [message for message in (*changes(), *sessions()) if message.topic.endswith("woocommerce_sessions")]
CHANGES = [change for message in RECORDED if (change := parse(message)) is not None]
ROWS = [row for change in CHANGES for row in (change.before, change.after) if row]


def line(product_id: int, quantity: PhpValue = 1, total: PhpValue = 10.0) -> dict[str, PhpValue]:
    """A line of a cart."""
    return {"product_id": product_id, "variation_id": 0, "quantity": quantity, "line_total": total}


def row(*lines: dict[str, PhpValue], session_key: str = "t_1", **customer: PhpValue) -> dict[str, Any]:
    """A row of the sessions table."""
    cart: dict[str, PhpValue] = {str(number): one for number, one in enumerate(lines)}
    parts: dict[str, PhpValue] = {"cart": serialize(cart), "customer": serialize(customer)}
    return {"session_id": 9, "session_key": session_key, "session_value": serialize(parts), "session_expiry": 1}


@pytest.mark.parametrize("recorded", ROWS)
def test_every_recorded_session_is_read(recorded: dict[str, Any]) -> None:
    found = content(recorded, "kantoor")
    assert found.session_id == recorded["session_id"]
    assert bool(found.items) == ('"line_total"' in recorded["session_value"])


def test_a_recorded_cart_holds_what_was_put_into_it() -> None:
    carts = [content(one, "kantoor") for one in ROWS if one["session_id"] == 92]
    fullest = max(carts, key=lambda cart: len(cart.items))
    said = [(item["product_id"], item["variation_id"], item["quantity"], str(item["total"])) for item in fullest.items]
    assert said == [(19, 20, 1, "53.3058"), (16, 17, 2, "49.5041"), (12, 0, 2, "361.9835")]
    assert (carts[-1].items, carts[-1].country) == ([], "DE")
    assert carts[-1].subject == "kantoor|email|oguz.kruger5918@mailbox.example"


def test_a_customer_without_an_address_is_known_by_the_key_of_the_session() -> None:
    assert content(row(session_key="17"), "kantoor").subject == "kantoor|customer|17"
    assert content(row(session_key="t_17"), "kantoor").subject is None
    assert content(row(session_key="9" * 32), "kantoor").subject is None


def test_the_country_is_the_customers_or_where_the_goods_go() -> None:
    assert content(row(country="FR", shipping_country="BE"), "kantoor").country == "FR"
    assert content(row(shipping_country="BE"), "kantoor").country == "BE"
    assert content(row(), "kantoor").country == ""


def test_a_cart_may_hold_a_thousand_lines() -> None:
    assert len(content(row(*[line(7)] * 1000), "kantoor").items) == 1000


def test_a_session_that_was_cut_at_the_source_is_refused_as_such() -> None:
    with pytest.raises(RefusedError, match=r"mapping: session_value is not whole"):
        content({**row(), "session_value": "x" * LONGEST_TEXT}, "kantoor")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"session_id": -1}, "session_id"),
        ({"session_value": "secret"}, "session_value"),
        ({"session_value": 's:6:"secret";'}, "session_value"),
        ({"session_value": 5}, "session_value"),
        ({"session_value": []}, "session_value"),
        ({"session_value": serialize({"cart": "secret"})}, "session_value.cart"),
        ({"session_value": serialize({"cart": serialize({"a": "secret"})})}, "session_value.cart"),
        ({"session_value": serialize({"customer": "secret"})}, "session_value.customer"),
        (row(line(-7)), "session_value.cart[].product_id"),
        (row(line(7, "secret")), "session_value.cart[].quantity"),
        (row(line(7, 2**40)), "session_value.cart[].quantity"),
        (row(line(7, 1, "secret")), "session_value.cart[].line_total"),
        (row(line(7, 1, 9e13), line(8, 1, 9e13)), "session_value.cart"),
    ],
)
def test_a_damaged_part_is_refused_by_its_path_and_its_value_stays_unsaid(change: dict[str, Any], path: str) -> None:
    with pytest.raises(RefusedError) as refused:
        content({**row(), **change}, "kantoor")
    assert refused.value.rule.startswith(f"mapping: {path} ")
    assert "secret" not in str(refused.value)


@FEW
@given(st.dictionaries(st.sampled_from(sorted(row())), ANYTHING))
def test_any_row_is_read_or_refused_and_nothing_else(change: dict[str, Any]) -> None:
    try:
        content({**row(line(7)), **change}, "kantoor")
    except RefusedError:
        return


@pytest.mark.parametrize("person", [None, shop_plan(3, 7).customers[0]])
def test_a_cart_of_the_generated_shop_is_read_as_it_was_filled(person: Person | None) -> None:
    goods = [BasketLine(item, number) for number, item in enumerate(CATALOGUE, 1)]
    numbers = {item.sku: number for number, item in enumerate(CATALOGUE, 30)}
    cart = Cart(cart_lines(goods, "NL", numbers), person=person)
    stored = session("t_1", 9, cart, Stamp(Ids({}), START)).row
    found = content(stored, "kantoor")
    filled = [(one.product_id, one.variation_id, one.basket.quantity) for one in cart.lines]
    assert [(item["product_id"], item["variation_id"], item["quantity"]) for item in found.items] == filled
    assert round(sum(item["total"] for item in found.items), 2) == cart.total
    assert found.subject == (f"kantoor|email|{person.email.casefold()}" if person else None)
    assert found.country == cart.country
