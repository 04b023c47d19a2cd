"""States wake their stage: after a crash, after a move, whichever topic set the timer; and they can be deleted."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.local.platform import Platform
from infra.local.settings import HOST
from tests.platform.delivery.counting_worker import MEMORY, PARTITIONS
from tests.platform.delivery.quiet_stand import QuietStand, quiet_stand_on
from tests.platform.delivery.quiet_worker import FORGET, QUIET_MS
from tests.platform.delivery.stand import Worker, until_ready

KEYS = 40
IN_MEMORY = {MEMORY: "1"}
STORES = pytest.mark.parametrize("store", [{}, IN_MEMORY], ids=["on disk", "in memory"])


@pytest.fixture
def stand(platform: Platform, tmp_path: Path) -> Iterator[QuietStand]:
    with quiet_stand_on(platform, tmp_path) as own:
        yield own


def metric(worker: Worker, name: str) -> float:
    """Sum of a metric's samples in a worker."""
    text = httpx.get(f"http://{HOST}:{worker.port}/metrics", trust_env=False, timeout=5).text
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith((f"{name}{{", f"{name} ")))


def test_a_key_that_was_quiet_is_told_once_and_nothing_more_is_waited_for(stand: QuietStand) -> None:
    worker = stand.start("a", **IN_MEMORY)
    until_ready(worker)
    asyncio.run(stand.produce(KEYS, 1, 5))
    asyncio.run(stand.until_told(KEYS, 5))
    written = asyncio.run(_number_of_outputs(stand))
    time.sleep(2)  # a timer that was not taken off would ring again within a second
    assert asyncio.run(_number_of_outputs(stand)) == written
    assert metric(worker, "inland_wake_lateness_seconds_count") == written


async def _number_of_outputs(stand: QuietStand) -> int:
    return sum([1 async for _ in stand.outputs()])


@STORES
@pytest.mark.parametrize("disk", ["kept", "lost"])
def test_a_timer_outlives_the_worker_that_was_killed_before_it_rang(
    stand: QuietStand, store: dict[str, str], disk: str
) -> None:
    worker = stand.start("a", **store, **{QUIET_MS: "10000"})
    until_ready(worker)
    asyncio.run(stand.produce(KEYS, 1, 3))
    asyncio.run(stand.until_kept(KEYS))
    time.sleep(1)  # the rest of the batch, if there were several
    worker.kill()
    assert asyncio.run(stand.told()) == {}
    if disk == "lost":
        stand.lose_data("a")
    stand.start("a", **store)
    told = asyncio.run(stand.until_told(KEYS, 3))
    assert set(told) == {f"key-{key}" for key in range(KEYS)}


@STORES
async def test_two_topics_that_count_in_one_state_lose_no_count(stand: QuietStand, store: dict[str, str]) -> None:
    loads = [stand.produce(KEYS, 1, 250, topic=topic) for topic in (stand.source, stand.other)]
    await asyncio.gather(*loads)
    stand.start("a", **store)
    told = await stand.until_told(KEYS, 500)
    assert {counts[500] for counts in told.values()} == {500}


async def test_workers_that_join_leave_and_die_lose_no_timer_and_keep_topics_together(stand: QuietStand) -> None:
    last = 300
    loads = [
        asyncio.create_task(stand.produce(KEYS, 1, last, rate=800.0, topic=topic))
        for topic in (stand.source, stand.other)
    ]
    first = stand.start("a", **IN_MEMORY)
    await asyncio.to_thread(until_ready, first)
    second = stand.start("b", **IN_MEMORY)
    await asyncio.to_thread(until_ready, first, second)
    await _assert_together(stand, members=2)
    assert await asyncio.to_thread(first.stop) == 0
    third = stand.start("c", **IN_MEMORY)
    await asyncio.to_thread(until_ready, third)
    await _assert_together(stand, members=2)
    second.kill()
    fourth = stand.start("a", **IN_MEMORY)
    await asyncio.to_thread(until_ready, fourth)
    await asyncio.gather(*loads)
    told = await stand.until_told(KEYS, 2 * last)
    assert {counts[2 * last] for counts in told.values()} == {2 * last}
    assert {max(counts) for counts in told.values()} == {2 * last}, "no message counts twice"


async def test_a_topic_that_not_all_workers_read_yet_waits_where_its_table_is_not(stand: QuietStand) -> None:
    stand.reads_other = False
    old = stand.start("a", **IN_MEMORY)
    await asyncio.to_thread(until_ready, old)
    stand.reads_other = True
    new = stand.start("b", **IN_MEMORY)
    await asyncio.to_thread(until_ready, new)
    members = [one for one in await stand.partitions_by_member() if stand.other in one]
    assert [one[stand.other] for one in members] == [set(range(PARTITIONS))], "Faust gives it to the one that reads it"
    await asyncio.gather(*[stand.produce(KEYS, 1, 20, topic=topic) for topic in (stand.source, stand.other)])
    async with asyncio.timeout(60):
        while "the partition waits" not in new.log.read_text(encoding="utf-8"):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.2)
    assert await asyncio.to_thread(old.stop) == 0
    told = await stand.until_told(KEYS, 40)
    assert {max(counts) for counts in told.values()} == {40}
    assert {counts[40] for counts in told.values()} == {40}


async def _assert_together(stand: QuietStand, members: int) -> None:
    """Every member has the same partitions of both topics and of the table, and all partitions have a member."""
    async with asyncio.timeout(60):
        while len(found := await stand.partitions_by_member()) != members or not all(found):  # noqa: ASYNC110
            await asyncio.sleep(0.5)
    for one in found:
        assert one[stand.source] == one[stand.other] == one[stand.changelog], found
    assert set.union(*(one[stand.source] for one in found)) == set(range(PARTITIONS))
    assert sum(len(one[stand.source]) for one in found) == PARTITIONS


@pytest.mark.parametrize(
    ("store", "disk"), [({}, "kept"), ({}, "lost"), (IN_MEMORY, "kept")], ids=["on disk", "disk lost", "in memory"]
)
def test_a_deleted_state_stays_deleted_after_a_restart(stand: QuietStand, store: dict[str, str], disk: str) -> None:
    settings = {**store, FORGET: "1", QUIET_MS: "2000"}
    worker = stand.start("a", **settings)
    until_ready(worker)
    asyncio.run(stand.produce(KEYS, 1, 4))
    asyncio.run(stand.until_told(KEYS, 4))
    # The states' tombstones come after what was told.
    asyncio.run(stand.until_kept(KEYS * 2))
    time.sleep(1)
    worker.kill()
    if disk == "lost":
        stand.lose_data("a")
    until_ready(stand.start("a", **settings))
    # Numbers that the deleted states had counted count anew: had one come back, it would count nothing.
    asyncio.run(stand.produce(KEYS, 1, 2))
    told = asyncio.run(stand.until_told(KEYS, 2))
    assert {counts[2] for counts in told.values()} == {2}
