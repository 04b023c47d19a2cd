"""Workers join and leave under load, politely and not, and nothing is lost."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.platform import Platform
from tests.platform.delivery.counting_worker import MEMORY
from tests.platform.delivery.stand import SESSION_S, Stand, all_counted, stand_on, until_ready

KEYS = 40
LAST = 500
RATE = 1000.0


@pytest.fixture
def stand(platform: Platform, tmp_path: Path) -> Iterator[Stand]:
    with stand_on(platform, tmp_path) as own:
        yield own


@pytest.mark.parametrize("settings", [{}, {MEMORY: "1"}], ids=["on disk", "in memory"])
async def test_workers_that_join_leave_and_die_under_load_lose_nothing(stand: Stand, settings: dict[str, str]) -> None:
    load = asyncio.create_task(stand.produce(KEYS, 1, LAST, RATE))
    first = stand.start("a", **settings)
    await asyncio.to_thread(until_ready, first)
    second = stand.start("b", **settings)
    await asyncio.to_thread(until_ready, first, second)
    assert await asyncio.to_thread(first.stop) == 0
    third = stand.start("c", **settings)
    await asyncio.to_thread(until_ready, third)
    second.kill()
    fourth = stand.start("a", **settings)
    await asyncio.to_thread(until_ready, fourth)
    await load
    assert await stand.until_counted(KEYS, LAST) == all_counted(KEYS, LAST)


async def test_a_worker_that_was_frozen_for_longer_than_its_session_ends_without_writing(stand: Stand) -> None:
    load = asyncio.create_task(stand.produce(KEYS, 1, LAST, RATE))
    frozen, other = stand.start("a"), stand.start("b")
    await asyncio.to_thread(until_ready, frozen, other)
    frozen.process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(SESSION_S * 2)
    frozen.process.send_signal(signal.SIGCONT)
    assert await asyncio.to_thread(frozen.process.wait, 30) != 0
    assert "stood still" in frozen.log.read_text(encoding="utf-8")
    stand.workers.remove(frozen)
    await load
    assert await stand.until_counted(KEYS, LAST) == all_counted(KEYS, LAST)


async def test_a_worker_that_is_told_to_stop_ends_its_batches_and_repeats_nothing(stand: Stand) -> None:
    await stand.produce(KEYS, 1, 200)
    worker = stand.start()
    await asyncio.to_thread(until_ready, worker)
    assert await asyncio.to_thread(worker.stop) == 0
    written = sum([1 async for _ in stand.outputs()])
    stand.start()
    await stand.until_counted(KEYS, 200)
    assert sum([1 async for _ in stand.outputs()]) == KEYS * 200, f"{written} were written before the stop"
