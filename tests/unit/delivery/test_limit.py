"""A stage that refuses too much stops before the topic is drained."""

import pytest

from streams.delivery.limit import LimitReachedError, RefusalLimit, Refusals


def refusals(in_a_row: int = 1000, share: float = 1.0) -> Refusals:
    return Refusals("some-stage", RefusalLimit(in_a_row, share))


def test_refusals_up_to_the_limit_are_let_through() -> None:
    refusals(in_a_row=3).take([True, True, True, False] * 50)


def test_one_more_in_a_row_is_not_across_batches_too() -> None:
    counting = refusals(in_a_row=3)
    counting.take([False, True, True])
    with pytest.raises(LimitReachedError, match="some-stage refused 4 messages in a row"):
        counting.take([True, True])


def test_a_share_of_few_messages_tells_nothing() -> None:
    refusals(share=0.1).take([True] * 99)


def test_a_share_is_of_the_newest_messages() -> None:
    counting = refusals(share=0.2)
    counting.take([True, False, False, False, False, False] * 100)
    counting.take([False] * 1000)
    counting.take([True, False, False, False, False] * 200)
    with pytest.raises(LimitReachedError, match="201 of the newest 1000 messages"):
        counting.take([True] * 2)


def test_the_message_says_what_to_do() -> None:
    with pytest.raises(LimitReachedError, match="inland dlq list"):
        refusals(in_a_row=1).take([True, True])
