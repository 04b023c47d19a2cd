"""A signed body is one JSON object, read alike by every parser, or it is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sources.gateway.rejected import Rejected
from streams.sources.gateway.strict_json import MAX_DEPTH, strict_object
from tests.fixtures.samples import deliveries

TEXTS = st.text(st.sampled_from('a:": \\\n\t{}[],é"'), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=4)
STYLES = st.sampled_from([{}, {"separators": (",", ":")}, {"indent": 1}, {"separators": (" ,", "\t : ")}])


def _outcome(body: bytes) -> str:
    try:
        strict_object(body)
    except Rejected as rejected:
        return rejected.outcome
    return ""


@pytest.mark.parametrize("body", [delivery.body for delivery in deliveries() if delivery.topic])
def test_every_recorded_body_is_read(body: bytes) -> None:
    assert strict_object(body) == json.loads(body)


@given(OBJECTS, STYLES)
def test_every_object_without_repetition_is_read_however_it_is_written(found: dict[str, Any], style: Any) -> None:
    assert strict_object(json.dumps(found, **style).encode()) == found


@given(OBJECTS, OBJECTS, TEXTS, STYLES, st.integers(0, 3))
def test_a_key_that_stands_twice_is_refused_wherever_it_stands(
    before: dict[str, Any], after: dict[str, Any], key: str, style: Any, levels: int
) -> None:
    pairs = [*before.items(), (key, 1), *after.items(), (key, 2)]
    space, colon = style.get("separators", (", ", ": "))
    members = space.join(json.dumps(name) + colon + json.dumps(value, **style) for name, value in pairs)
    body = '{"outer":[' * levels + "{" + members + "}" + "]}" * levels
    assert _outcome(body.encode()) == "repeated_key"


@pytest.mark.parametrize(
    "body",
    [
        b'{"id":1,"id":2}',
        b'{"id" :1,"id":2}',
        b'{"id" :1,"id"\n:2}',
        b'{"id":1,"\\u0069d":2}',
        b'{"id":1,"a":":","b":{"c":1,"c":1}}',
        b'{"id":1,"id":2,"text":"\\":"}',
    ],
)
def test_a_repetition_is_not_hidden_by_blanks_escapes_or_texts_that_look_like_keys(body: bytes) -> None:
    assert _outcome(body) == "repeated_key"


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 600, 100_000])
@pytest.mark.parametrize(("open_", "close"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_a_nest_is_refused(levels: int, open_: bytes, close: bytes) -> None:
    body = b'{"id":1,"x":' + open_ * levels + b"1" + close * levels + b"}"
    assert _outcome(body) == "too_deep"


def test_what_a_plugin_may_nest_is_read() -> None:
    assert _outcome(b'{"x":' + b"[" * (MAX_DEPTH - 1) + b"1" + b"]" * (MAX_DEPTH - 1) + b"}") == ""


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"", "malformed_json"),
        (b'{"id":', "malformed_json"),
        (b'{"id":1}}', "malformed_json"),
        (b'{"id":NaN}', "malformed_json"),
        (b'{"id":1e999}', "malformed_json"),
        (b"\xef\xbb\xbf" + b'{"id":1}', "malformed_json"),
        (b'{"id":1,"name":"Kj\xe6r"}', "malformed_json"),
        ('{"id":1}'.encode("utf-16"), "malformed_json"),
        (b'{"id":1,"name":"\\ud800"}', "malformed_json"),
        (b"[1]", "no_object"),
        (b"1", "no_object"),
        (b"null", "no_object"),
    ],
)
def test_what_is_no_object_in_utf_8_is_refused(body: bytes, outcome: str) -> None:
    assert _outcome(body) == outcome
