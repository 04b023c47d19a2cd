"""Errors that pass by themselves are told from those that never will, and none quotes what ClickHouse said."""

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, DataError, OperationalError

from streams.audit.errors import SinkStoppedError, describe
from streams.delivery.failure import is_transient
from streams.delivery.retry import FIRST_S, LONGEST_S, waits


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("Network Error"),
        DatabaseError("bad gateway"),
        DatabaseError("too many parts", code=252),
        DatabaseError("same query runs", code=216),
        TimeoutError(),
        ConnectionRefusedError(),
    ],
)
def test_what_may_work_later_is_tried_again(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        DatabaseError("no such table", code=60),
        DatabaseError("no such column", code=16),
        DatabaseError("a code of a later version", code=123456),
        DataError("does not fit"),
        ValueError("a bug"),
    ],
)
def test_what_never_will_stops_the_sink(error: Exception) -> None:
    assert not is_transient(error)


def test_an_error_is_told_by_type_code_and_name_and_never_by_its_text() -> None:
    error = DatabaseError("cannot parse 'Jansen'", code=6, name="CANNOT_PARSE_TEXT")
    assert describe(error) == "DatabaseError 6 CANNOT_PARSE_TEXT"


def test_a_stopped_sink_names_place_rule_and_remedy() -> None:
    assert str(SinkStoppedError("t:0 offsets 1-2", "no table", "migrate")) == "t:0 offsets 1-2: no table: migrate"


def test_waits_grow_to_a_bound_and_are_never_zero() -> None:
    pauses = waits()
    drawn = [next(pauses) for _ in range(200)]
    assert all(FIRST_S / 2 <= pause <= LONGEST_S for pause in drawn)
    assert drawn[0] <= FIRST_S
    assert max(drawn[20:]) > 1.0
