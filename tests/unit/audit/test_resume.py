"""Whatever crashes, wherever it crashes: each offset lands once in each table.

A model of the sink: a log with gaps (compaction, poison), tables that take a batch whole or not at all, a commit behind
them. It uses the real resume arithmetic and the real filter, and crashes after any step.
"""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.audit.place import Partition
from streams.audit.resume import TopicShrunkError, check_end, resume_offset
from streams.audit.rows import Rows

HERE = Partition("model.calls", 0)


class Crash(Exception):  # noqa: N818  # it is one
    """The process was killed."""


@dataclass
class World:
    """What outlives a crash."""

    log: list[int]
    tables: list[list[int]]
    committed: int | None = None
    steps: list[int] = field(default_factory=list)

    def step(self) -> None:
        """One thing done; the crash comes when its number is up."""
        if self.steps:
            self.steps[0] -= 1
            if self.steps[0] < 0:
                self.steps.pop(0)
                raise Crash

    def highest(self, table: list[int]) -> int | None:
        """As the sink asks: at or above what is committed."""
        return max((offset for offset in table if offset >= (self.committed or 0)), default=None)


def run(world: World, size: int, order: list[int]) -> None:
    """One life of the sink; `order` is the order of inserts into the tables."""
    landed = [world.highest(table) for table in world.tables]
    position = resume_offset(world.committed, landed)
    while batch := [offset for offset in world.log if offset >= position][:size]:
        for number in order:
            owed = Rows(HERE, batch, [{}] * len(batch)).after(landed[number])
            world.step()
            if owed.offsets:
                world.tables[number].extend(owed.offsets)
                landed[number] = owed.offsets[-1]
        world.step()
        position = world.committed = batch[-1] + 1


@given(
    log=st.sets(st.integers(0, 60), max_size=40),
    lives=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 7)), max_size=8),
    order=st.permutations([0, 1, 2]),
)
def test_any_crash_between_any_two_steps_lands_each_offset_once(
    log: set[int], lives: list[tuple[int, int]], order: list[int]
) -> None:
    world = World(sorted(log), [[], [], []], steps=[steps for steps, _ in lives])
    sizes = [size for _, size in lives]
    while True:
        try:
            # Batches of another life have other bounds: no insert can lean on the token of an earlier one.
            run(world, sizes.pop(0) if sizes else 5, order)
            break
        except Crash:
            continue
    assert world.tables == [sorted(log)] * 3


@given(committed=st.none() | st.integers(0, 100), landed=st.lists(st.none() | st.integers(0, 100), min_size=1))
def test_nothing_committed_is_read_again_and_nothing_owed_is_skipped(
    committed: int | None, landed: list[int | None]
) -> None:
    found = resume_offset(committed, landed)
    assert found >= (committed or 0)
    for highest in landed:
        assert found <= max(committed or 0, 0 if highest is None else highest + 1)


def test_a_first_start_reads_from_the_beginning() -> None:
    assert resume_offset(None, [None, None]) == 0


def test_what_landed_and_was_not_committed_is_not_read_again() -> None:
    assert resume_offset(3, [7]) == 8


def test_the_table_that_is_furthest_behind_decides() -> None:
    assert resume_offset(3, [7, 4]) == 5
    assert resume_offset(3, [7, None]) == 3


def test_a_topic_that_was_made_anew_is_noticed_instead_of_skipped() -> None:
    check_end(5, 5)
    with pytest.raises(TopicShrunkError, match="ends at offset 4, offset 5"):
        check_end(5, 4)
