"""The ledger accounts for every record of a batch, and for none twice."""

from streams.audit.entry import Entry, Times, entry
from streams.audit.identity import Sorted
from streams.audit.place import Partition
from streams.audit.rows import Rows
from tests.unit.audit.samples import SECOND, T0

HERE = Partition("model.calls", 1)
TIMES = Times(T0, T0 + SECOND, T0 + 2 * SECOND)


def rows(*offsets: int) -> Rows:
    return Rows(HERE, offsets, [{} for _ in offsets])


def made(entered: int, landed: tuple[int, ...] = ()) -> Entry | None:
    batch = Sorted(new=rows(12, 13), landed=rows(*landed), repeated=rows(14, 19))
    read = sorted({12, 13, 14, 19, 20, *landed})
    return entry(HERE, read, batch, refused=[20], entered=entered, times=TIMES)


def test_a_batch_is_rows_repetitions_and_dead_letters() -> None:
    found = made(entered=11)
    assert found == Entry("model.calls", 1, 12, 20, 2, 2, 1, T0, T0 + SECOND, T0 + 2 * SECOND, recovered=False)


def test_what_a_crash_left_landed_and_unwritten_is_recovered() -> None:
    found = made(entered=9, landed=(10, 11))
    assert found is not None
    assert (found.first_offset, found.rows, found.recovered) == (10, 4, True)


def test_what_the_ledger_knows_is_not_counted_again() -> None:
    found = made(entered=13, landed=(10, 11))
    assert found is not None
    assert (found.first_offset, found.rows, found.repeated, found.dead_letters) == (14, 0, 2, 1)
    assert not found.recovered


def test_a_batch_that_the_ledger_has_whole_is_no_entry() -> None:
    assert made(entered=20) is None
