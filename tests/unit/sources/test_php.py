"""PHP's serialised values are read as the data they are, and nothing else comes of them."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.shop.php import PhpValue, serialize
from streams.sources.debezium import parse
from streams.sources.php import MAX_BYTES, MAX_DEPTH, MAX_VALUES, PhpError, as_list, unserialize
from tests.fixtures.samples import changes

SESSIONS = [
    row["session_value"]
    for message in changes()
    if message.topic.endswith("sessions") and (change := parse(message)) is not None
    for row in (change.before, change.after)
    if row
]
KEYS = st.integers(-(2**63), 2**63 - 1) | st.text(max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.dictionaries(KEYS, inner, max_size=5), max_leaves=30)
PIECES = ["N;", "b:1;", "i:5;", "d:0.5;", 's:1:"x";', "a:1:{", "a:2:{", "a:0:{}", "}", 'O:1:"A":1:{', "R:1;", "R:2;",
          "r:1;", 'C:1:"A":2:{xx}', "i:0;", 's:9999999:"', "a:999999999:{", ":", '"', "\0", "é"]  # fmt: skip


def written(value: Any) -> bytes:
    """An independent serializer, for what the shop's own does not write: infinities and exponents."""
    match value:
        case bool():
            return b"b:%d;" % value
        case None:
            return b"N;"
        case int():
            return b"i:%d;" % value
        case float():
            return b"d:" + {math.inf: b"INF", -math.inf: b"-INF"}.get(value, repr(value).upper().encode()) + b";"
        case str():
            return b's:%d:"%s";' % (len(value.encode()), value.encode())
        case _:
            inner = b"".join(written(key) + written(item) for key, item in value.items())
            return b"a:%d:{%s}" % (len(value), inner)


@given(VALUES)
def test_what_php_wrote_is_read_back_as_it_was(value: Any) -> None:
    assert repr(unserialize(written(value))) == repr(value)


def test_what_the_generated_shop_writes_is_read_back() -> None:
    line: dict[str, PhpValue] = {"sku": "Köln", "line_total": 12.5}
    cart: dict[int, PhpValue] = {0: line}
    value: dict[str, PhpValue] = {"cart": cart, "n": None, "yes": True}
    assert unserialize(serialize(value)) == value


@pytest.mark.parametrize("session", SESSIONS)
def test_every_recorded_session_is_read_and_so_is_what_lies_in_it(session: str) -> None:
    values = unserialize(session)
    assert isinstance(values, dict)
    parts = {name: unserialize(part) for name, part in values.items() if name in ("customer", "cart")}
    assert parts
    assert all(isinstance(part, dict) for part in parts.values())


def test_lengths_count_bytes_of_text_that_came_as_characters() -> None:
    assert unserialize('a:1:{s:4:"née";s:9:"Weiß €";}') == {"née": "Weiß €"}


def test_an_object_is_its_properties_whoever_may_see_them() -> None:
    rate = 'O:16:"WC_Shipping_Rate":3:{s:7:"\0*\0data";i:1;s:8:"\0Rate\0id";i:2;s:4:"open";E:9:"Suit:Club";}'
    assert unserialize(rate) == {"data": 1, "id": 2, "open": "Suit:Club"}


@pytest.mark.parametrize(
    ("text", "value"),
    [("d:INF;", math.inf), ("d:-INF;", -math.inf), ("d:1.0E+25;", 1e25), ("d:.5;", 0.5), (" i:-5;\n", -5)],
)
def test_numbers_are_read_in_each_of_phps_forms(text: str, value: float) -> None:
    assert unserialize(text) == value


def test_a_float_may_be_no_number() -> None:
    assert math.isnan(float(str(unserialize("d:NAN;"))))


def test_what_is_no_utf8_is_read_as_far_as_it_goes() -> None:
    assert unserialize(b's:2:"\xffa";') == "\ufffda"


def test_references_are_followed_to_the_value_they_name() -> None:
    assert unserialize('a:3:{i:0;a:1:{i:0;s:1:"x";}i:1;R:2;i:2;R:3;}') == {0: {0: "x"}, 1: {0: "x"}, 2: "x"}
    # An object that is met again takes a number of its own, a reference does not.
    assert unserialize('a:4:{i:0;O:1:"A":0:{}i:1;r:2;i:2;i:7;i:3;R:4;}') == {0: {}, 1: {}, 2: 7, 3: 7}


def test_a_list_is_told_from_a_map() -> None:
    assert as_list(unserialize('a:2:{i:0;s:1:"x";i:1;N;}')) == ["x", None]
    assert as_list(unserialize("a:0:{}")) == []
    assert as_list(unserialize("a:1:{i:1;N;}")) is None
    assert as_list("text") is None


DEEP = "a:1:{i:0;" * (MAX_DEPTH + 1) + "N;" + "}" * (MAX_DEPTH + 1)
TOWER = "a:1:{i:0;" * 40 + "N;" + "}" * 40


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "no value"),
        ("i:5", "no value"),
        ("i:9223372036854775808;", "64 bits"),
        ('s:5:"secret";', "another length"),
        ('s:4:"née";x', "more than one value"),
        ("a:1:{N;N;}", "no key"),
        ("a:1:{i:0;N;", "longer"),
        ("a:2:{i:0;N;}", "no key"),
        ('C:6:"secret":2:{xx}', "no value"),
        ('O:6:"secret"}', "without properties"),
        ("a:1:{i:0;R:1;}", "within the value itself"),
        ("R:1;", "no value"),
        ("a:1:{i:0;R:0;}", "no value"),
        (DEEP, "levels"),
        (f"a:2:{{i:0;{TOWER}i:1;{'a:1:{i:0;' * 30}R:2;{'}' * 30}}}", "levels"),
        (f"a:{MAX_VALUES + 1}:{{", "values"),
        ("a:999999999:{i:0;N;}", "values"),
        (f"a:{MAX_VALUES}:{{" + "".join(f"i:{n};N;" for n in range(MAX_VALUES)) + "}", "values"),
        ("s:1:" + "x" * MAX_BYTES, "bytes"),
        ("\ud800", "Unicode"),
    ],
)
def test_what_is_no_value_within_the_bounds_is_refused_by_rule(text: str, rule: str) -> None:
    with pytest.raises(PhpError, match=rule) as refused:
        unserialize(text)
    assert "secret" not in str(refused.value)


def test_references_that_double_at_every_step_are_refused() -> None:
    # Slots: 1 the whole, 2 the first array, then one for each array that holds the one before it twice.
    doubled = "".join(f"i:{slot};a:2:{{i:0;R:{slot};i:1;R:{slot};}}" for slot in range(2, 42))
    with pytest.raises(PhpError, match="values"):
        unserialize(f"a:41:{{i:0;a:0:{{}}{doubled}}}")


@given(st.text() | st.binary() | st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_text_is_a_value_or_is_refused_and_nothing_else(text: str | bytes) -> None:
    try:
        unserialize(text)
    except PhpError:
        return


@given(st.sampled_from(SESSIONS), st.data())
def test_a_damaged_session_is_a_value_or_is_refused_and_nothing_else(session: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(session) - 1))
    piece = data.draw(st.sampled_from(PIECES) | st.text(max_size=3))
    try:
        unserialize(session[:at] + piece + session[at + data.draw(st.integers(0, 3)) :])
    except PhpError:
        return
