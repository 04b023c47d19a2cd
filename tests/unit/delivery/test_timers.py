"""Timers ring when it is time, as often as it takes, and cost no more than the states that name them."""

from hypothesis import given
from hypothesis import strategies as st

from streams.delivery.timers import Timers, Wake


def timers(**times: int) -> Timers:
    own = Timers()
    for key, at in times.items():
        own.set(key, at)
    return own


def wake(key: str, at: int) -> Wake:
    return Wake("changelog", 1, key, at)


def test_what_is_due_comes_earliest_first_and_what_is_not_does_not_come() -> None:
    own = timers(c=30, a=10, b=20, later=99)
    assert own.due(now=30, most=10) == [("a", 10), ("b", 20), ("c", 30)]
    assert own.due(now=30, most=2) == [("a", 10), ("b", 20)]
    assert own.ringing(10)
    assert not own.ringing(9)


def test_a_timer_rings_until_its_state_names_another_time_or_none() -> None:
    own = timers(a=10, b=10)
    assert own.due(10, 9) == own.due(10, 9) == [("a", 10), ("b", 10)]
    own.set("a", 50)
    own.set("b", None)
    assert own.due(49, 9) == []
    assert own.due(50, 9) == [("a", 50)]
    assert len(own) == 1


def test_a_timer_that_was_left_as_it_was_rests_and_one_that_was_changed_does_not() -> None:
    own = timers(left=10, moved=10, gone=10)
    own.set("moved", 11)
    own.set("gone", None)
    assert own.rest([wake("left", 10), wake("moved", 10), wake("gone", 10)], until=1000) == 1
    assert own.due(999, 9) == [("moved", 11)]
    own.set("moved", None)
    assert own.due(1000, 9) == [("left", 10)]


def test_a_state_that_changes_without_its_time_does_not_end_the_rest() -> None:
    own = timers(a=10)
    own.rest([wake("a", 10)], until=1000)
    own.set("a", 10)
    assert own.due(999, 9) == []
    own.set("a", 20)
    assert own.due(20, 9) == [("a", 20)]


def test_timers_that_are_moved_again_and_again_take_no_more_room() -> None:
    own = Timers()
    for at in range(10_000):
        own.set(f"key-{at % 10}", at)
    assert len(own._heap) < 100
    for key in range(10):
        own.set(f"key-{key}", None)
    assert len(own) == 0
    assert len(own._heap) <= 64


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.integers(0, 20))), st.integers(0, 20))
def test_whatever_was_set_before_what_rings_is_what_the_states_name_now(
    sets: list[tuple[str, int | None]], now: int
) -> None:
    own, states = Timers(), dict(sets)
    for key, at in sets:
        own.set(key, at)
        own.due(now, 2)
    expected = sorted((at, key) for key, at in states.items() if at is not None and at <= now)
    assert own.due(now, 100) == [(key, at) for at, key in expected]


def test_a_timer_does_not_show_its_key() -> None:
    assert "secret" not in repr(wake("secret", 1)) + wake("secret", 1).place
