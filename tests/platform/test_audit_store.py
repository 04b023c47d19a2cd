"""What exactly-once leans on, held against the real engine: tokens, running inserts, and blocks that are one part."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from infra.clickhouse.migrate import migrate
from infra.local.settings import HOST
from streams.audit.landed import highest
from streams.audit.place import Partition
from streams.audit.rows import Rows, block
from streams.audit.settings import SinkSettings
from streams.audit.store import Store
from streams.audit.tables import COMMERCE_EVENTS
from tests.platform.audit_stand import DATABASE, USER, Engine, eventually
from tests.unit.audit import samples

HERE = Partition("commerce.events.eu", 0)
LANDED_AT = datetime.now(UTC)
RUNNING = "SELECT count() FROM system.processes WHERE startsWith(query_id, 'inland-sink:')"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    own = Engine(tmp_path_factory.mktemp("engine"))
    own.start()
    migrate(own.client(None))
    yield own
    own.kill()


@pytest.fixture(autouse=True)
def _empty(engine: Engine) -> None:
    engine.client().command("TRUNCATE TABLE commerce_events")


@asynccontextmanager
async def store(engine: Engine) -> AsyncIterator[Store]:
    made = Store(SinkSettings("", HOST, engine.port, USER, engine.password, DATABASE))
    try:
        yield made
    finally:
        await made.close()


def rows(first: int, count: int) -> Rows:
    offsets = range(first, first + count)
    # Captured over two months: with a partition a month, this would be two parts.
    records = [samples.order_event(offset, LANDED_AT - timedelta(days=40 * (offset % 2))) for offset in offsets]
    return Rows(HERE, list(offsets), records)


async def test_the_same_block_twice_lands_once(engine: Engine) -> None:
    async with store(engine) as writing:
        for _ in range(2):
            await writing.insert(block(COMMERCE_EVENTS, rows(1_000, 50), LANDED_AT))
        assert await highest(writing, COMMERCE_EVENTS, HERE, None) == 1_049
    assert engine.client().query("SELECT count() FROM commerce_events").result_rows == [(50,)]


async def test_a_large_block_is_one_part_so_that_it_lands_whole_or_not(engine: Engine) -> None:
    async with store(engine) as writing:
        await writing.insert(block(COMMERCE_EVENTS, rows(2_000, 5_000), LANDED_AT))
    parts = (
        "SELECT count(), sum(rows) FROM system.parts WHERE database = 'inland' AND table = 'commerce_events' AND active"
    )
    assert engine.client().query(parts).result_rows == [(1, 5_000)]


async def test_nothing_landed_reads_as_none_and_not_as_offset_zero(engine: Engine) -> None:
    async with store(engine) as writing:
        assert await highest(writing, COMMERCE_EVENTS, Partition("commerce.events.ch", 1), None) is None
        await writing.insert(block(COMMERCE_EVENTS, rows(0, 1), LANDED_AT))
        assert await highest(writing, COMMERCE_EVENTS, HERE, None) == 0
        assert await highest(writing, COMMERCE_EVENTS, HERE, 1) is None


async def test_a_new_owner_waits_for_an_insert_that_a_killed_sink_had_sent(engine: Engine) -> None:
    slow = "INSERT INTO commerce_events (_topic, _offset, captured_at) SELECT {topic:String}, 7 + sleep(2), now()"
    settings = {"query_id": f"inland-sink:{HERE}:7-7:commerce_events"}
    sent = asyncio.create_task(
        asyncio.to_thread(engine.client().command, slow, parameters={"topic": HERE.topic}, settings=settings)
    )
    await asyncio.to_thread(eventually, "it runs", lambda: engine.client().query(RUNNING).result_rows == [(1,)])
    async with store(engine) as writing:
        began = time.monotonic()
        await writing.settled(Partition("commerce.events.eu", 1))
        assert time.monotonic() - began < 1.0, "an insert into another partition is not waited for"
        await writing.settled(HERE)
        assert await highest(writing, COMMERCE_EVENTS, HERE, None) == 7
    await sent
