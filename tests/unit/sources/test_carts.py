"""A session tells what lies in the cart and whose it is; a damaged one is refused by the part that is damaged."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.shop.php import PhpValue, serialize
from streams.delivery.refusal import RefusedError
from streams.sources.carts import content
from streams.sources.debezium import parse
from tests.fixtures.samples import changes, sessions
from tests.unit.sources.anything import ANYTHING

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


def test_a_cart_may_hold_ten_thousand_lines_and_no_more() -> None:
    assert len(content(row(*[line(7)] * 10_000), "kantoor").items) == 10_000
    with pytest.raises(RefusedError, match=r"mapping: session_value\.cart is not a cart of at most 10000 lines"):
        content(row(*[line(7)] * 10_001), "kantoor")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"session_id": -1}, "session_id"),
        ({"session_value": "secret"}, "session_value"),
        ({"session_value": 's:6:"secret";'}, "session_value"),
        ({"session_value": 5}, "session_value"),
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


@given(st.dictionaries(st.sampled_from(sorted(row())), ANYTHING))
def test_any_row_is_read_or_refused_and_nothing_else(change: dict[str, Any]) -> None:
    try:
        content({**row(line(7)), **change}, "kantoor")
    except RefusedError:
        return
