"""A bad deploy does not drain a topic into its dead letters."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.platform import Platform
from streams.delivery.reading import read
from tests.platform.delivery.stand import Stand, all_counted, stand_on


@pytest.fixture
def stand(platform: Platform, tmp_path: Path) -> Iterator[Stand]:
    with stand_on(platform, tmp_path) as own:
        yield own


async def letters(stand: Stand) -> int:
    """Dead letters of the source so far."""
    found = read(stand.platform.settings.kafka_bootstrap, f"{stand.source}.dlq", "earliest", "latest")
    return sum([1 async for _ in found])


async def poison(stand: Stand, number: int) -> None:
    """So many records in a row that the stage refuses."""
    for _ in range(number):
        await stand.write(stand.source, b"key-0", b"no number", 1)


async def test_a_few_refusals_pass(stand: Stand) -> None:
    stand.start("a", INLAND_REFUSALS_IN_A_ROW="10")
    await stand.produce(4, 1, 5)
    await poison(stand, 5)
    await stand.produce(4, 6, 7)
    assert await stand.until_counted(4, 7) == all_counted(4, 7)
    assert await letters(stand) == 5


async def test_many_in_a_row_end_the_worker_until_somebody_decides(stand: Stand) -> None:
    await poison(stand, 80)
    await stand.produce(4, 1, 5)
    worker = stand.start("a", INLAND_REFUSALS_IN_A_ROW="10")
    assert await asyncio.to_thread(worker.process.wait, 60) == os.EX_CONFIG
    assert "INLAND_REFUSALS_IN_A_ROW" in worker.log.read_text(encoding="utf-8")
    assert await letters(stand) <= 10
    stand.workers.remove(worker)
    stand.start("a", INLAND_REFUSALS_IN_A_ROW="1000", INLAND_REFUSALS_SHARE="1")
    assert await stand.until_counted(4, 5) == all_counted(4, 5)
    assert await letters(stand) == 80
