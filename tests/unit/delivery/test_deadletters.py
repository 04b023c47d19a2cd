"""A dead letter tells its cause in headers, so that a machine can read it again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.delivery.deadletters import REPLAYS, CauseError, cause_of, dead_letter, original_headers, replays_of
from streams.delivery.message import Headers, Message
from streams.delivery.refusal import RefusedError

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
# Also what Inland reserves for itself: the shop's side may send what it likes.
NAMES = st.one_of(TEXT, st.sampled_from(["inland.dlq.stage", "inland.dlq.offset", "inland.dlq.rule", REPLAYS]))
HEADERS = st.lists(st.tuples(NAMES, st.binary(max_size=20)), max_size=4).map(tuple)


def _message(headers: Headers = (), topic: str = "some.topic", offset: int = 7) -> Message:
    return Message(topic, 3, offset, b"key", b"value", AT, headers)


def _letter(message: Message, rule: str = "rule", remedy: str = "remedy", **given: Any) -> Message:
    by = {"stage": "stage", "group": "inland-stage", "attempts": 1, "failed_at": AT, **given}
    out = dead_letter(message, RefusedError(rule, remedy, ValueError), **by)
    return Message(out.topic, 0, 0, out.key, out.value, AT, out.headers)


@given(
    headers=HEADERS,
    rule=TEXT,
    remedy=TEXT,
    stage=TEXT,
    group=TEXT,
    attempts=st.integers(1, 1000),
    offset=st.integers(0, 2**63 - 1),
    failed_at=st.datetimes(timezones=st.just(UTC)),
)
def test_the_cause_is_read_as_it_was_written_whatever_the_record_brought(
    headers: Headers, rule: str, remedy: str, offset: int, attempts: int, **given: Any
) -> None:
    message = _message(headers, offset=offset)
    letter = _letter(message, rule, remedy, attempts=attempts, **given)
    cause = cause_of(letter)
    assert (cause.rule, cause.remedy, cause.exception) == (rule, remedy, "ValueError")
    assert (cause.stage, cause.group, cause.failed_at) == (given["stage"], given["group"], given["failed_at"])
    assert (cause.topic, cause.partition, cause.offset) == ("some.topic", 3, offset)
    assert cause.replays == replays_of(message)
    assert cause.attempts == attempts + cause.replays
    assert original_headers(letter) == original_headers(message)
    assert (letter.key, letter.value) == (message.key, message.value)


def test_attempts_grow_with_every_replay() -> None:
    letter = _letter(_message((("trace", b"1"), (REPLAYS, b"2"))))
    assert (cause_of(letter).replays, cause_of(letter).attempts) == (2, 3)
    assert original_headers(letter) == (("trace", b"1"),)


def test_a_letter_of_another_topic_is_broken_for_it_could_cross_into_another_zone() -> None:
    letter = _letter(_message(topic="commerce.events.eu"))
    moved = Message("woo.deliveries.dlq", 0, 0, letter.key, letter.value, AT, letter.headers)
    with pytest.raises(CauseError, match=r"inland\.dlq\.topic does not name"):
        cause_of(moved)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("partition", b"-1"),
        ("partition", "²".encode()),
        ("offset", b""),
        ("offset", b"9" * 5000),
        ("attempts", b"many"),
        ("replays", b"0x1"),
        ("failed_at", b"yesterday"),
        ("failed_at", b"2026-05-04T10:00:00"),
        ("failed_at", b"\xff"),
        ("rule", b"\xff"),
        ("topic", b"other.topic"),
    ],
)
def test_a_broken_header_is_named_and_its_value_is_not(name: str, value: bytes) -> None:
    good = _letter(_message())
    letter = Message(good.topic, 0, 0, None, None, AT, (*good.headers, (f"inland.dlq.{name}", value)))
    with pytest.raises(CauseError, match=rf"inland\.dlq\.{name}") as broken:
        cause_of(letter)
    assert not value or value.decode(errors="replace") not in str(broken.value)


@pytest.mark.parametrize("missing", ["stage", "group", "rule", "topic", "offset", "failed_at"])
def test_a_missing_header_is_named(missing: str) -> None:
    good = _letter(_message())
    headers = tuple(header for header in good.headers if header[0] != f"inland.dlq.{missing}")
    with pytest.raises(CauseError, match=rf"no header inland\.dlq\.{missing}"):
        cause_of(Message(good.topic, 0, 0, None, None, AT, headers))


def test_a_header_without_a_value_is_missing() -> None:
    good = _letter(_message())
    null: Any = None
    headers = (*good.headers, ("inland.dlq.rule", null))
    with pytest.raises(CauseError, match=r"inland\.dlq\.rule"):
        cause_of(Message(good.topic, 0, 0, None, None, AT, headers))


@pytest.mark.parametrize("odd", [b"", b"-1", b"many", b"\xff", b"9" * 5000])
def test_refusing_never_fails_on_what_stands_in_the_counter(odd: bytes) -> None:
    assert cause_of(_letter(_message(((REPLAYS, odd),)))).replays == 0
