"""The first of an identity that landed stays; what comes later is recognised, in whatever batch and however late."""

from streams.audit.identity import Sorted, identities, sort
from streams.audit.place import Partition, Place
from streams.audit.rows import Rows
from streams.audit.tables import COMMERCE_EVENTS, RECOMMENDATION_UPDATES
from tests.unit.audit import samples

HERE, ELSEWHERE = Partition("commerce.events.eu", 0), Partition("commerce.events.uk", 0)


def sorted_by(standing: dict[str, set[Place]], *names: str, first: int = 10) -> Sorted:
    rows = Rows(HERE, list(range(first, first + len(names))), [{} for _ in names])
    return sort(rows, [(name,) for name in names], {(name,): places for name, places in standing.items()})


def offsets(found: Sorted) -> tuple[list[int], list[int], list[int]]:
    return list(found.new.offsets), list(found.landed.offsets), list(found.repeated.offsets)


def test_what_stands_nowhere_is_new() -> None:
    assert offsets(sorted_by({}, "a", "b")) == ([10, 11], [], [])


def test_the_same_identity_twice_in_one_batch_is_new_once() -> None:
    assert offsets(sorted_by({}, "a", "b", "a", "a")) == ([10, 11], [], [12, 13])


def test_an_identity_that_landed_from_an_earlier_offset_is_a_repetition() -> None:
    assert offsets(sorted_by({"a": {Place(HERE, 3)}}, "a", "b")) == ([11], [], [10])


def test_an_identity_that_landed_from_another_topic_is_a_repetition_at_the_same_offset_too() -> None:
    assert offsets(sorted_by({"a": {Place(ELSEWHERE, 10)}}, "a")) == ([], [], [10])


def test_a_record_read_again_after_a_crash_is_known_by_its_own_place_and_is_no_repetition() -> None:
    standing = {"a": {Place(HERE, 10)}, "b": {Place(HERE, 11)}}
    assert offsets(sorted_by(standing, "a", "b", "c", "a")) == ([12], [10, 11], [13])


def test_doubles_of_earlier_times_each_keep_their_own_place() -> None:
    standing = {"a": {Place(HERE, 10), Place(HERE, 11)}}
    assert offsets(sorted_by(standing, "a", "a", "a")) == ([], [10, 11], [12])


def test_an_identity_has_the_columns_that_the_table_names() -> None:
    events = Rows(HERE, [1, 2], [samples.order_event(1), samples.order_event(2)])
    assert identities(COMMERCE_EVENTS, events) == [("event-1",), ("event-2",)]
    updates = Rows(HERE, [1], [samples.recommendation(revision=4, product_id=9)])
    assert identities(RECOMMENDATION_UPDATES, updates) == [("eu", "demo", 9, 4)]


def test_an_empty_batch_has_no_identities() -> None:
    assert identities(COMMERCE_EVENTS, Rows(HERE, [], [])) == []
