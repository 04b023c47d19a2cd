"""Changes above a table: read through, deleted, taken back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.delivery.remembered import Remembered
from streams.delivery.state import Attempt, State, Stateless
from tests.unit.delivery.stand import overlay

Step = tuple[str, str, int | None]
STEPS = st.lists(st.tuples(st.sampled_from(["put", "delete"]), st.sampled_from("abc"), st.integers(0, 3)), max_size=6)


def test_a_deleted_state_is_gone_for_the_same_batch_and_leaves_a_tombstone() -> None:
    above = overlay({"a": {"v": 1}})
    above.delete("a")
    assert above.get("a") is None
    assert above.changed == {"a": None}


def test_what_the_table_does_not_hold_needs_no_tombstone() -> None:
    above = overlay()
    above.put("new", {"v": 1})
    above.delete("new")
    above.delete("never")
    assert above.changed == {}


def test_a_state_that_is_put_after_its_deletion_is_there() -> None:
    above = overlay({"a": {"v": 1}})
    above.delete("a")
    above.put("a", {"v": 2})
    assert above.get("a") == {"v": 2}
    assert above.changed == {"a": {"v": 2}}


def test_a_deletion_that_is_taken_back_never_was() -> None:
    above = overlay({"kept": {"v": 1}, "gone": {"v": 1}})
    above.put("changed", {"v": 2})
    above.delete("gone")
    attempt = Attempt(above)
    for key in ("kept", "changed", "gone"):
        attempt.put(key, {"v": 9})
        attempt.delete(key)
    assert attempt.get("kept") is None
    attempt.take_back()
    assert above.changed == {"changed": {"v": 2}, "gone": None}
    assert above.get("kept") == {"v": 1}


@given(STEPS, STEPS)
def test_an_attempt_sees_what_a_dictionary_would_and_takes_back_all_of_it(
    before: list[Step], steps: list[Step]
) -> None:
    below: dict[str, State] = {"a": {"v": 7}, "b": {"v": 8}}
    above, plain = overlay(below), Remembered()
    for key, value in below.items():
        plain.put(key, value)
    follow(above, before)
    follow(plain, before)
    changed, attempt = dict(above.changed), Attempt(above)
    follow(attempt, steps)
    follow(plain, steps)
    assert [attempt.get(key) for key in "abc"] == [plain.get(key) for key in "abc"]
    attempt.take_back()
    assert above.changed == changed


def follow(view: object, steps: list[Step]) -> None:
    for what, key, value in steps:
        if what == "put":
            view.put(key, {"v": value})  # type: ignore[attr-defined]
        else:
            view.delete(key)  # type: ignore[attr-defined]


def test_a_stage_without_a_table_deletes_nothing() -> None:
    with pytest.raises(RuntimeError, match="give its agent one"):
        Stateless().delete("a")
