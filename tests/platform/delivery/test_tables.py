"""Tables survive: a killed worker, a lost disk, a changelog that nobody can read."""

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.platform import Platform
from tests.platform.delivery.counting_worker import MEMORY
from tests.platform.delivery.stand import Stand, Worker, all_counted, stand_on, until_ready

KEYS = 40


@pytest.fixture
def stand(platform: Platform, tmp_path: Path) -> Iterator[Stand]:
    with stand_on(platform, tmp_path) as own:
        yield own


def counted_once(stand: Stand, **settings: str) -> Worker:
    """A worker that has counted the first numbers, and its table with it."""
    asyncio.run(stand.produce(KEYS, 1, 20))
    worker = stand.start("a", **settings)
    assert asyncio.run(stand.until_counted(KEYS, 20)) == all_counted(KEYS, 20)
    return worker


@pytest.mark.parametrize("disk", ["kept", "lost"])
def test_a_killed_worker_goes_on_from_its_state_whatever_became_of_its_disk(stand: Stand, disk: str) -> None:
    counted_once(stand).kill()
    if disk == "lost":
        stand.lose_data("a")
    asyncio.run(stand.produce(KEYS, 21, 30))
    stand.start()
    assert asyncio.run(stand.until_counted(KEYS, 30)) == all_counted(KEYS, 30)


def test_a_table_in_memory_is_read_back_and_leaves_nothing_on_the_disk(stand: Stand) -> None:
    counted_once(stand, **{MEMORY: "1"}).kill()
    asyncio.run(stand.produce(KEYS, 21, 30))
    stand.start("a", **{MEMORY: "1"})
    assert asyncio.run(stand.until_counted(KEYS, 30)) == all_counted(KEYS, 30)
    files = [path for path in stand.data("a").rglob("*") if path.is_file()]
    assert not [path for path in files if b"key-1" in path.read_bytes()]


def test_a_worker_that_is_killed_at_work_loses_neither_message_nor_state(stand: Stand) -> None:
    asyncio.run(stand.produce(KEYS, 1, 300))
    for _ in range(3):
        worker = stand.start()
        until_ready(worker)
        time.sleep(0.4)  # any moment will do: the shorter, the more is under way
        worker.kill()
    stand.start()
    assert asyncio.run(stand.until_counted(KEYS, 300)) == all_counted(KEYS, 300)


def test_a_standby_copy_takes_over_where_the_other_was(stand: Stand) -> None:
    settings = {"INLAND_TABLE_STANDBY_REPLICAS": "1"}
    first, second = stand.start("a", **settings), stand.start("b", **settings)
    until_ready(first, second)
    asyncio.run(stand.produce(KEYS, 1, 30))
    assert asyncio.run(stand.until_counted(KEYS, 30)) == all_counted(KEYS, 30)
    first.kill()
    asyncio.run(stand.produce(KEYS, 31, 40))
    assert asyncio.run(stand.until_counted(KEYS, 40)) == all_counted(KEYS, 40)


@pytest.mark.parametrize(("key", "value"), [(b"no json", b"{}"), (b'"key-1"', b"no json"), (b'"key-1"', b"[1]")])
def test_a_changelog_that_cannot_be_read_ends_the_worker_and_says_where(stand: Stand, key: bytes, value: bytes) -> None:
    counted_once(stand).kill()
    stand.lose_data("a")
    asyncio.run(stand.write(stand.changelog, key, value, partition=2))
    asyncio.run(stand.produce(KEYS, 21, 21))
    worker = stand.start()
    assert worker.process.wait(60) == os.EX_CONFIG, "no restart would help"
    said = worker.log.read_text(encoding="utf-8")
    assert f"{stand.changelog}[2]@" in said
    assert "no json" not in said
    assert asyncio.run(stand.counts()) == all_counted(KEYS, 20), "it must not go on without its state"
