"""What was replayed is remembered exactly, through a committed offset and its metadata; the rest is never covered."""

from aiokafka.structs import OffsetAndMetadata
from hypothesis import given
from hypothesis import strategies as st

from streams.deadletters.settled import LIMIT, Settled

OFFSETS = st.sets(st.integers(0, 120))


@given(OFFSETS, st.lists(OFFSETS, max_size=4))
def test_exactly_the_settled_offsets_are_settled_in_whatever_order(first: set[int], more: list[set[int]]) -> None:
    settled = Settled().also(first)
    for some in more:
        settled = Settled.of(settled.also(some).commit)
    wanted = first.union(*more)
    assert {offset for offset in range(130) if offset in settled} == wanted
    assert settled.upto == next(offset for offset in range(130) if offset not in wanted)


@given(OFFSETS, st.integers(0, 60), st.integers(121, 140))
def test_what_has_expired_needs_no_replay_and_the_rest_stays_as_it_is(offsets: set[int], begin: int, end: int) -> None:
    settled = Settled().also(offsets).within(begin, end)
    assert {offset for offset in range(end) if offset in settled} == {*range(begin), *offsets}


def test_the_committed_offset_never_passes_an_open_letter() -> None:
    settled = Settled().also([0, 1, 3, 4])
    assert settled.commit.offset == 2
    assert settled.also([2]).commit == OffsetAndMetadata(5, "")


def test_a_topic_made_anew_has_nothing_replayed() -> None:
    assert Settled(50).within(0, 10) == Settled(0)
    assert Settled(5, ((20, 21),)).within(0, 10) == Settled(0)


def test_metadata_that_does_not_fit_forgets_the_last_stretches_and_claims_nothing_more() -> None:
    scattered = set(range(1, 6000, 2))
    settled = Settled().also(scattered)
    assert len(settled.metadata) > LIMIT
    kept = Settled.of(settled.commit)
    assert len(settled.commit.metadata) <= LIMIT
    found = {offset for offset in range(6001) if offset in kept}
    assert found < scattered
    assert found == set(range(1, max(found) + 1, 2))


def test_metadata_of_another_hand_says_nothing() -> None:
    for text in ("", "hello", "1:", "1:x", "1:2.-", "1:1.1,", "2:1.1", "1:-3.zz"):
        assert Settled.of(OffsetAndMetadata(4, text)) == Settled(4)
    assert Settled.of(OffsetAndMetadata(-1, "")) == Settled()
    assert Settled.of(None) == Settled()
