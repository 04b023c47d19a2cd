"""Which fault comes when."""

from itertools import islice, pairwise

import pytest

from tests.chaos.faults.catalogue import faults, possible
from tests.chaos.schedule import seeded


def test_every_fault_is_struck_once_before_any_is_struck_again() -> None:
    assert all(sorted(islice(seeded("abcdef", seed), 6)) == list("abcdef") for seed in range(20))


def test_the_same_seed_draws_the_same_sequence_and_another_seed_another() -> None:
    first, again, other = (list(islice(seeded("abcdef", seed), 40)) for seed in (1, 1, 2))
    assert first == again != other


def test_nothing_is_drawn_twice_in_a_row() -> None:
    drawn = list(islice(seeded("abc", 3), 200))
    assert all(one != other for one, other in pairwise(drawn))


def test_one_fault_alone_is_struck_again_and_again() -> None:
    assert list(islice(seeded("a", 3), 3)) == ["a", "a", "a"]


def test_no_fault_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault is left"):
        next(seeded([], 1))


def test_a_sweep_strikes_more_than_thirty_faults_of_different_names() -> None:
    names = [fault.name for fault in faults()]
    assert len(set(names)) == len(names) > 30


def test_a_full_disk_is_left_out_with_a_reason_where_nothing_may_be_mounted() -> None:
    chosen, skipped = possible(faults(), disk=False)
    assert set(skipped) == {"full-disk"} == {fault.name for fault in faults()} - {fault.name for fault in chosen}
    assert possible(faults(), disk=True)[1] == {}
