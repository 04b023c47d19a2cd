"""A stage that waits keeps its records in Kafka, not in its memory."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaProducer

from infra.local.platform import Platform
from tests.platform.delivery.counting_worker import GATE, PARTITIONS
from tests.platform.delivery.stand import Stand, stand_on, until_ready

RECORD = b"1".zfill(4000)
RECORDS = 40_000
# A lane holds 8 MiB and the fetch that filled it, four of them less than half of the bound.
BOUND_BYTES = 80 * 1024 * 1024


@pytest.fixture
def stand(platform: Platform, tmp_path: Path) -> Iterator[Stand]:
    with stand_on(platform, tmp_path) as own:
        yield own


async def fill(stand: Stand) -> None:
    """About twice as much as the bound."""
    bootstrap = stand.platform.settings.kafka_bootstrap
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=5) as producer:
        for _ in range(RECORDS // 1000):
            sent = [await producer.send(stand.source, RECORD, partition=at % PARTITIONS) for at in range(1000)]
            await asyncio.gather(*sent)


async def test_a_backlog_stays_in_kafka_while_the_stage_waits(stand: Stand, tmp_path: Path) -> None:
    await fill(stand)
    gate = tmp_path / "gate"
    worker = stand.start("a", **{GATE: str(gate)})
    await asyncio.to_thread(until_ready, worker)
    process = psutil.Process(worker.process.pid)
    before, highest = process.memory_info().rss, 0
    for _ in range(40):
        highest = max(highest, process.memory_info().rss)
        await asyncio.sleep(0.25)
    assert highest - before < BOUND_BYTES < RECORDS * len(RECORD) / 1.9
    gate.touch()
    assert await stand.until_written(RECORDS)
