"""The limit finds out what a server takes: it grows while it binds, and falls when the server says so."""

from hypothesis import given
from hypothesis import strategies as st

from streams.enrich.client.limit import DECREASE, START, Limit


def grown(limit: Limit, answers: int, now: float = 0.0) -> Limit:
    for _ in range(answers):
        limit.answered(0, None, limit.value, now, now)
    return limit


def test_it_grows_to_the_ceiling_under_answers() -> None:
    assert grown(Limit(100, 1.0), 100).value == 100


def test_after_a_decrease_it_grows_by_one_a_round() -> None:
    limit = grown(Limit(100, 1.0), 50)
    limit.refused(1.0, 1.0)
    before = limit.value
    grown(limit, before, now=2.0)
    assert before < limit.value <= before + 1


def test_refusals_of_calls_sent_before_the_last_decrease_count_once() -> None:
    limit = grown(Limit(100, 1.0), 84)
    for _ in range(50):
        limit.refused(sent_at=5.0, now=6.0)
    assert limit.value == int(100 * DECREASE)
    limit.refused(sent_at=6.5, now=7.0)
    assert limit.value == int(100 * DECREASE * DECREASE)


def test_a_long_wait_in_the_server_s_queue_is_as_good_as_a_refusal() -> None:
    limit = grown(Limit(100, 1.0), 84)
    limit.answered(1_000_001, 500_000, 100, 1.0, 2.0)
    assert limit.value == int(100 * DECREASE)


def test_a_server_that_is_merely_slow_is_kept_busy() -> None:
    limit = grown(Limit(100, 1.0), 84)
    limit.answered(5_000_000, 8_000_000, 100, 1.0, 9.0)
    assert limit.value == 100


def test_it_does_not_grow_while_something_else_holds_calls_back() -> None:
    limit = Limit(100, 1.0)
    for _ in range(100):
        limit.answered(0, None, 3, 0.0, 0.0)
    assert limit.value == START


def test_the_server_s_own_word_bounds_it_and_may_rise_again() -> None:
    limit = Limit(100, 1.0)
    limit.bound(4)
    assert grown(limit, 100).value == 4
    limit.bound(None)
    assert grown(limit, 200).value == 100


events = st.lists(
    st.tuples(st.sampled_from(["answer", "slow", "refuse", "bound"]), st.integers(0, 300), st.floats(0, 5)),
    max_size=200,
)


@given(st.integers(1, 600), events)
def test_whatever_happens_it_stays_between_one_and_its_bounds(
    ceiling: int, happened: list[tuple[str, int, float]]
) -> None:
    limit, now, stated = Limit(ceiling, 1.0), 0.0, ceiling
    for kind, number, passed in happened:
        now += passed
        before = limit.value
        match kind:
            case "answer":
                limit.answered(0, None, number, now - passed, now)
                assert before <= limit.value <= before + 1
            case "slow":
                limit.answered(2_000_000, None, number, now - passed, now)
                assert limit.value <= before
            case "refuse":
                limit.refused(now - passed, now)
                assert limit.value <= before
            case "bound":
                stated = number or ceiling
                limit.bound(number or None)
        assert 1 <= limit.value <= max(1, min(ceiling, stated))
