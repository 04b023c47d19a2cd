"""A batch is due by rows, by bytes or by age, and never grows past its limits."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from streams.audit.batch import BatchLimits, Buffer
from streams.delivery.message import Message

LIMITS = BatchLimits(rows=3, size=100, wait_s=0.3)


def message(offset: int, size: int = 1) -> Message:
    return Message("t", 0, offset, None, b"x" * size, datetime.now(UTC))


def filled(*sizes: int) -> Buffer:
    buffer = Buffer(LIMITS)
    for offset, size in enumerate(sizes):
        buffer.put(message(offset, size), now=10.0)
    return buffer


def test_nothing_is_due_while_nothing_waits() -> None:
    assert Buffer(LIMITS).due_in(0.0) is None


def test_a_batch_is_due_when_its_first_record_has_waited_long_enough() -> None:
    buffer = filled(1)
    buffer.put(message(1), now=10.2)
    assert buffer.due_in(10.25) == 10.3 - 10.25
    assert buffer.due_in(10.5) == 0.0


def test_a_batch_is_due_at_once_when_it_has_its_rows() -> None:
    assert filled(1, 1, 1).due_in(10.0) == 0.0


def test_a_batch_is_due_at_once_when_it_has_its_bytes() -> None:
    assert filled(60, 40).due_in(10.0) == 0.0


def test_a_record_larger_than_the_limit_goes_alone() -> None:
    buffer = filled(500, 1)
    assert [one.offset for one in buffer.take()] == [0]
    assert not buffer.full


@given(st.lists(st.integers(0, 120), max_size=40))
def test_batches_hold_every_record_once_in_order_and_within_the_limits(sizes: list[int]) -> None:
    buffer = filled(*sizes)
    seen: list[int] = []
    while buffer.oldest is not None:
        batch = buffer.take()
        assert len(batch) <= LIMITS.rows
        assert sum(len(one.value or b"") for one in batch[:-1]) < LIMITS.size
        seen += [one.offset for one in batch]
    assert seen == list(range(len(sizes)))
    assert not buffer.full
