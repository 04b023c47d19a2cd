"""Whatever crashes, wherever it crashes: each identity lands once in each table, and the ledger tells all of it once.

A model of what outlives the sink: a log with gaps, repetitions and poison, tables that take a block whole or not at
all, a ledger, a commit. The real sorting, landing, accounting and resume arithmetic work on it, and crash anywhere.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.audit.entry import Entry, Times, entry
from streams.audit.identity import Standing
from streams.audit.landing import land
from streams.audit.place import Partition, Place
from streams.audit.resume import TopicShrunkError, check_end, resume_offset
from streams.audit.rows import Block, Rows
from streams.audit.tables import MODEL_CALL_BODIES, MODEL_CALLS, Identity, Table
from tests.unit.audit import samples

HERE = Partition("model.calls", 0)
TABLES = (MODEL_CALLS, MODEL_CALL_BODIES)
TIMES = Times(samples.T0, samples.T0, samples.T0)
POISON = -1


class Crash(Exception):  # noqa: N818  # it is one
    """The process was killed."""


@dataclass
class World:
    """What outlives a crash. `log`: number of the call by offset, or POISON."""

    log: dict[int, int]
    tables: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    ledger: list[Entry] = field(default_factory=list)
    committed: int | None = None
    steps: list[int] = field(default_factory=list)

    def step(self) -> None:
        """One thing is about to be done; the crash comes when its number is up."""
        if self.steps:
            self.steps[0] -= 1
            if self.steps[0] < 0:
                self.steps.pop(0)
                raise Crash

    async def standing(self, table: Table, partition: Partition, names: Sequence[Identity]) -> Standing:
        """As ClickHouse answers."""
        self.step()
        found: dict[Identity, set[Place]] = defaultdict(set)
        for offset, call_id in self.tables[table.name]:
            if (call_id,) in names:
                found[(call_id,)].add(Place(partition, offset))
        return found

    async def insert(self, block: Block) -> None:
        """All of it or nothing."""
        self.step()
        calls = block.columns[block.table.column_names.index("call_id")]
        self.tables[block.table.name] += zip(block.columns[2], calls, strict=True)

    @property
    def entered(self) -> int | None:
        """Last offset in the ledger."""
        return max((one.last_offset for one in self.ledger), default=None)


async def run(world: World, size: int, settle_every: int) -> None:
    """One life of the sink; the ledger is written every so many batches, the commit follows it."""
    entered = -1 if world.entered is None else world.entered
    position = resume_offset(world.committed, world.entered)
    waiting: list[Entry] = []
    while batch := [offset for offset in sorted(world.log) if offset >= position][:size]:
        readable = [offset for offset in batch if world.log[offset] != POISON]
        rows = Rows(HERE, readable, [samples.model_call(world.log[offset]) for offset in readable])
        done = await land(world.standing, world.insert, TABLES, rows, samples.T0)
        poison = [offset for offset in batch if world.log[offset] == POISON]
        said = entry(HERE, batch, done, refused=poison, entered=entered, times=TIMES)
        position = batch[-1] + 1
        if said is not None:
            waiting.append(said)
            entered = said.last_offset
        if len(waiting) >= settle_every:
            settle(world, waiting)
    settle(world, waiting)


def settle(world: World, waiting: list[Entry]) -> None:
    if waiting:
        world.step()
        world.ledger += waiting
        world.step()
        world.committed = waiting[-1].last_offset + 1
        waiting.clear()


LOGS = st.dictionaries(st.integers(0, 60), st.integers(POISON, 8), max_size=40)
LIVES = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 7), st.integers(1, 3)), max_size=8)


@given(log=LOGS, lives=LIVES, rewound=st.none() | st.integers(0, 60))
def test_any_crash_between_any_two_steps_lands_each_identity_once(
    log: dict[int, int], lives: list[tuple[int, int, int]], rewound: int | None
) -> None:
    world = World(log, steps=[steps for steps, _, _ in lives])
    # Batches of another life have other bounds: no insert can lean on the token of an earlier one.
    shapes = [(size, settle_every) for _, size, settle_every in lives]
    live_on(world, shapes)
    assert_accounted(world)
    # Somebody sets the group's offsets back: everything is there, and nothing is counted again.
    world.committed = rewound
    live_on(world, shapes)
    assert_accounted(world)


def live_on(world: World, shapes: list[tuple[int, int]]) -> None:
    while True:
        try:
            asyncio.run(run(world, *(shapes.pop(0) if shapes else (5, 2))))
            return
        except Crash:
            continue


def assert_accounted(world: World) -> None:
    first: dict[int, int] = {}
    for offset, call in sorted(world.log.items()):
        if call != POISON:
            first.setdefault(call, offset)
    wanted = sorted((offset, f"call-{call}") for call, offset in first.items())
    for table in TABLES:
        assert sorted(world.tables[table.name]) == wanted, table.name
    poison = sum(call == POISON for call in world.log.values())
    assert sum(one.rows for one in world.ledger) == len(wanted)
    assert sum(one.dead_letters for one in world.ledger) == poison
    assert sum(one.rows + one.repeated + one.dead_letters for one in world.ledger) == len(world.log)
    ranges = [(one.first_offset, one.last_offset) for one in world.ledger]
    assert all(before[1] < after[0] for before, after in pairwise(ranges)), "none overlaps"


def test_a_crash_between_the_two_tables_of_a_schema_is_made_good_beside_a_repetition() -> None:
    world = World({5: 1, 9: 1}, steps=[2])
    with pytest.raises(Crash):
        asyncio.run(run(world, 5, 1))
    assert (len(world.tables["model_calls"]), len(world.tables["model_call_bodies"])) == (1, 0)
    asyncio.run(run(world, 5, 1))
    assert_accounted(world)


def test_a_body_that_reached_the_end_of_its_life_does_not_come_back_with_a_repetition() -> None:
    world = World({5: 1})
    asyncio.run(run(world, 5, 1))
    world.tables["model_call_bodies"].clear()
    world.log[9] = 1
    asyncio.run(run(world, 5, 1))
    assert world.tables["model_call_bodies"] == []
    assert world.ledger[-1].repeated == 1


def test_a_first_start_reads_from_the_beginning() -> None:
    assert resume_offset(None, None) == 0


def test_the_commit_decides_for_it_may_have_been_set_back_by_hand() -> None:
    assert resume_offset(3, 7) == 3


def test_a_group_that_kafka_has_forgotten_reads_on_behind_the_ledger() -> None:
    assert resume_offset(None, 7) == 8


def test_a_topic_that_was_made_anew_is_noticed_instead_of_skipped() -> None:
    check_end(5, 5)
    with pytest.raises(TopicShrunkError, match="ends at offset 4, offset 5"):
        check_end(5, 4)
