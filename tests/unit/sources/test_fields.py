"""Fields have the type that is expected, or are refused by their path; no other exception comes out."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.delivery.refusal import RefusedError
from streams.sources import comments, fields, options
from streams.sources.debezium import Change
from streams.sources.fields import WrongFieldError
from tests.unit.sources.anything import ANYTHING, FEW
from tests.unit.sources.changes import change, lineage
from tests.unit.sources.test_comments import ROW as COMMENT
from tests.unit.sources.test_options import ROW as OPTION

READERS: list[Callable[[dict[str, Any], str], object]] = [
    fields.text, fields.slug, fields.code, fields.integer, fields.identifier, fields.reference, fields.count,
    fields.flag, fields.money, fields.optional_money, fields.moment, fields.optional_moment, fields.moment_ms,
    fields.child, fields.children,
]  # fmt: skip


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@FEW
@given(value=ANYTHING)
def test_any_value_is_read_or_refused_by_its_path(read: Callable[[dict[str, Any], str], object], value: Any) -> None:
    path = "field"
    try:
        read({"field": value}, "field")
    except WrongFieldError as refused:
        path = refused.path
    assert path == "field"


@pytest.mark.parametrize(
    ("value", "number"), [(5, 5), ("5", 5), ("-5", -5), (5.0, 5), ("9223372036854775807", 2**63 - 1)]
)
def test_an_integer_may_be_written_in_these_ways(value: Any, number: int) -> None:
    assert fields.integer({"n": value}, "n") == number


@pytest.mark.parametrize(
    "value", [True, "1_000", " 5", "٥", 5.5, float("inf"), float("nan"), 2**63, "9" * 5000, [], {}]
)
def test_these_are_no_integers(value: Any) -> None:
    with pytest.raises(RefusedError, match="n is not an integer"):
        fields.integer({"n": value}, "n", 0)


def test_minus_zero_is_zero() -> None:
    assert str(fields.money({"n": "-0.00"}, "n")) == "0.0000"


@FEW
@given(st.sampled_from("cudrt"), st.dictionaries(st.sampled_from(sorted(COMMENT)), ANYTHING))
def test_any_row_of_a_comment_is_told_or_refused_and_nothing_else(op: str, changed: dict[str, Any]) -> None:
    _maps(comments.captured, change("comments", op, {**COMMENT, **changed}, COMMENT))


@FEW
@given(st.sampled_from("cudrt"), st.dictionaries(st.sampled_from(sorted(OPTION)), ANYTHING))
def test_any_row_of_an_option_is_told_or_refused_and_nothing_else(op: str, changed: dict[str, Any]) -> None:
    _maps(
        options.captured, change("options", op, {**OPTION, **changed}, {**OPTION, **changed} if op == "d" else OPTION)
    )


def _maps(captured: Callable[..., object], one: Change) -> None:
    try:
        assert captured(one, lineage(one)) == captured(one, lineage(one))
    except RefusedError:
        return
