"""A table on Faust's own stores: what is applied is read, what is deleted is gone, what names a time rings."""

import asyncio
import gc
import tracemalloc
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import faust
import pytest
from faust.types import TP

from streams.delivery.failure import StageFailedError
from streams.delivery.state import State
from streams.delivery.table import Table

STORES = pytest.mark.parametrize("on_disk", [False, True], ids=["in memory", "on disk"])


class Assignor:
    """Says which partitions this worker has."""

    def __init__(self, *actives: TP) -> None:
        self._actives = set(actives)

    def assigned_actives(self) -> set[TP]:
        """As Faust's."""
        return self._actives


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Any]:
    yield faust.App("inland-test", broker="kafka://127.0.0.1:1", datadir=tmp_path, store="rocksdb://")
    gc.collect()  # RocksDB lets go of its files when nobody holds them


def table_of(app: Any, *, on_disk: bool, partitions: tuple[int, ...] = (0, 1)) -> Table:
    """A table that can wake, recovered for these partitions."""
    table = Table(app, "kept", 4, on_disk=on_disk)
    table.waking = True
    app.assignor = cast(Any, Assignor(*(TP(table.changelog, number) for number in partitions)))
    return table


async def recovered(table: Table) -> Table:
    """As when Faust has recovered it."""
    await table._recovered()
    return table


def change(table: Table, partition: int, changed: Mapping[str, State | None]) -> None:
    """Take changes in, as after the broker's confirmation."""
    records = table.records(partition, changed)
    table.apply(partition, records, range(len(records)))


@STORES
async def test_a_deleted_state_is_read_no_more_and_others_are(app: Any, on_disk: bool) -> None:
    table = await recovered(table_of(app, on_disk=on_disk))
    change(table, 0, {"a": {"v": 1}, "b": {"v": 2}})
    change(table, 0, {"a": None})
    assert table.at(0).get("a") is None
    assert table.at(0).get("b") == {"v": 2}
    change(table, 0, {"a": {"v": 3}})
    assert table.at(0).get("a") == {"v": 3}


@STORES
async def test_deleting_twice_or_what_was_never_there_does_no_harm(app: Any, on_disk: bool) -> None:
    table = await recovered(table_of(app, on_disk=on_disk))
    change(table, 0, {"a": None})
    change(table, 0, {"a": {"v": 1}})
    change(table, 0, {"a": None})
    change(table, 0, {"a": None})
    assert table.at(0).get("a") is None


async def test_memory_shrinks_when_states_are_deleted(app: Any) -> None:
    table = await recovered(table_of(app, on_disk=False))
    tracemalloc.start()
    try:
        empty = _allocated()
        for number in range(2000):
            change(table, 0, {f"key-{number}": {"text": "x" * 1000, "wake_at": number}})
        full = _allocated()
        for number in range(2000):
            change(table, 0, {f"key-{number}": None})
        assert full - empty > 2_000_000
        assert _allocated() - empty < (full - empty) / 5
    finally:
        tracemalloc.stop()
    assert not table._table.data.data
    assert not table._table.data._key_partition
    assert len(table.timers(0)) == 0


def _allocated() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@STORES
async def test_a_state_that_names_a_time_rings_until_it_names_none(app: Any, on_disk: bool) -> None:
    table = await recovered(table_of(app, on_disk=on_disk))
    change(table, 1, {"a": {"wake_at": 100}, "b": {"v": "wake_at"}})
    assert (table.ringing(99), table.ringing(100)) == ([], [1])
    change(table, 1, {"a": {"wake_at": 200}})
    assert table.ringing(199) == []
    change(table, 1, {"a": {"v": 1}})
    assert table.ringing(999) == []
    change(table, 1, {"a": {"wake_at": 300}})
    change(table, 1, {"a": None})
    assert table.ringing(999) == []


@STORES
async def test_after_a_recovery_the_timers_are_those_of_the_states_of_its_partitions(app: Any, on_disk: bool) -> None:
    table = await recovered(table_of(app, on_disk=on_disk, partitions=(0, 1)))
    change(table, 0, {"a": {"wake_at": 100}, "quiet": {"v": 1}})
    change(table, 1, {"b": {"wake_at": 200}})
    change(table, 2, {"standby": {"wake_at": 50}})  # as Faust does with copies
    table.release()
    assert table.ringing(999) == []
    assert not table.serves(0)
    await recovered(table)
    assert table.timers(0).due(999, 9) == [("a", 100)]
    assert table.timers(1).due(999, 9) == [("b", 200)]
    assert not table.serves(2)
    assert table.ringing(999) == [0, 1]


async def test_a_recovery_that_a_rebalance_overtook_serves_nothing(app: Any) -> None:
    table = await recovered(table_of(app, on_disk=False))
    change(table, 0, {"a": {"wake_at": 100}})
    overtaken = asyncio.create_task(table._recovered())
    await asyncio.sleep(0)
    table.release()
    await overtaken
    assert not table.serves(0)


@pytest.mark.parametrize("at", ["100", 1.5, True, None])
def test_a_time_that_is_no_int_ends_the_stage_and_is_not_written(app: Any, at: object) -> None:
    with pytest.raises(StageFailedError, match="epoch milliseconds"):
        table_of(app, on_disk=False).records(0, {"a": {"wake_at": at}})


def test_a_time_that_nobody_will_look_at_ends_the_stage(app: Any) -> None:
    table = table_of(app, on_disk=False)
    table.waking = False
    with pytest.raises(StageFailedError, match="no `wake`"):
        table.records(0, {"a": {"wake_at": 1}})
