"""What exactly-once leans on, held against the real engine: tokens, running inserts, whole blocks, lookups."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from infra.clickhouse.migrate import applied, migrate, revert
from infra.local.settings import HOST
from streams.audit.entry import Entry
from streams.audit.landed import entered, standing
from streams.audit.ledger import Ledger
from streams.audit.place import Partition, Place
from streams.audit.rows import Rows, block
from streams.audit.settings import SinkSettings
from streams.audit.store import Store
from streams.audit.tables import COMMERCE_EVENTS, RECOMMENDATION_UPDATES, TABLES, Table
from streams.delivery.pulse import Pulse
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
    made = Store(SinkSettings("", HOST, engine.port, USER, engine.password, DATABASE), Pulse(60))
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
    assert engine.client().query("SELECT count() FROM commerce_events").result_rows == [(50,)]


async def test_a_large_block_is_one_part_so_that_it_lands_whole_or_not(engine: Engine) -> None:
    async with store(engine) as writing:
        await writing.insert(block(COMMERCE_EVENTS, rows(2_000, 5_000), LANDED_AT))
    parts = (
        "SELECT count(), sum(rows) FROM system.parts WHERE database = 'inland' AND table = 'commerce_events' AND active"
    )
    assert engine.client().query(parts).result_rows == [(1, 5_000)]


async def test_a_partition_that_the_ledger_does_not_know_reads_as_none_and_not_as_offset_zero(engine: Engine) -> None:
    fresh = Partition("commerce.events.eu", 7)
    async with store(engine) as writing:
        assert await entered(writing, fresh) is None
        ledger = Ledger(writing, fresh)
        ledger.add(Entry(fresh.topic, fresh.number, 0, 0, 1, 0, 0, LANDED_AT, LANDED_AT, LANDED_AT), at=0.0)
        assert await ledger.flush() == 0
        assert await entered(writing, fresh) == 0


async def test_identities_are_found_where_they_stand_and_only_those(engine: Engine) -> None:
    odd = [samples.order_event(1, LANDED_AT) | {"event_id": text} for text in ("a\tb\nc", "'; DROP TABLE x", "é\\")]
    async with store(engine) as writing:
        await writing.insert(block(COMMERCE_EVENTS, Rows(HERE, [3, 4, 5], odd), LANDED_AT))
        names = [(event["event_id"],) for event in odd]
        found = await standing(writing, COMMERCE_EVENTS, HERE, [*names, ("event-77",), ("",)])
    assert found == {name: {Place(HERE, offset)} for name, offset in zip(names, (3, 4, 5), strict=True)}


async def test_an_identity_of_several_columns_is_found_by_all_of_them(engine: Engine) -> None:
    update = samples.recommendation(revision=3, product_id=99)
    async with store(engine) as writing:
        await writing.insert(block(RECOMMENDATION_UPDATES, Rows(HERE, [8], [update]), LANDED_AT))
        asked = [("eu", "demo", 99, 3), ("eu", "demo", 99, 4), ("uk", "demo", 99, 3)]
        found = await standing(writing, RECOMMENDATION_UPDATES, HERE, asked)
    assert found == {("eu", "demo", 99, 3): {Place(HERE, 8)}}


FILL = """
INSERT INTO commerce_events (_topic, _partition, _offset, event_id, region, captured_at)
SELECT 'other', 0, number, lower(hex(MD5(toString(number)))), 'eu', now() FROM numbers(300000)
"""


A_FEW = """
SELECT event_id, _offset FROM commerce_events
WHERE identity IN (SELECT sipHash64(lower(hex(MD5(toString(number))))) FROM numbers(3))
"""


async def test_a_lookup_of_a_few_identities_reads_a_granule_each_and_not_the_table(engine: Engine) -> None:
    client = engine.client()
    client.command(FILL)
    client.command("OPTIMIZE TABLE commerce_events FINAL")
    answer = client.query(A_FEW)
    assert len(answer.result_rows) == 3
    assert int(str(answer.summary["read_rows"])) < 50_000
    plan = client.query("EXPLAIN projections = 1 " + A_FEW)
    assert "by_identity" in "\n".join(line for (line,) in plan.result_rows)


PROJECTED = """
SELECT sum(rows) FROM system.projection_parts
WHERE database = 'inland' AND table = 'commerce_events' AND name = 'by_identity' AND active
"""


async def test_rows_from_before_the_projection_are_found_and_materialised(engine: Engine) -> None:
    client, last_of_old = engine.client(None), "0013_review_sentiment_by_product"
    while revert(client) != "0014_commerce_events_by_identity":
        pass
    assert applied_last(engine) == last_of_old
    engine.client().command(FILL.replace("300000", "1000"))
    migrate(client)
    async with store(engine) as writing:
        name = tuple(engine.client().query("SELECT lower(hex(MD5('7')))").result_rows[0])
        found = await standing(writing, COMMERCE_EVENTS, HERE, [name])
    assert found == {name: {Place(Partition("other", 0), 7)}}
    held = "the projection holds the old rows"
    await asyncio.to_thread(eventually, held, lambda: engine.client().query(PROJECTED).result_rows == [(1_000,)])


def applied_last(engine: Engine) -> str:
    return max(applied(engine.client()))


EVERY_TABLE = [table for tables in TABLES.values() for table in tables]


@pytest.mark.parametrize("table", EVERY_TABLE, ids=[table.name for table in EVERY_TABLE])
async def test_expired_and_erased_rows_leave_the_projection_too(engine: Engine, table: Table) -> None:
    client = engine.client()
    client.command(f"TRUNCATE TABLE {table.name}")
    ids = ", ".join(table.identity)
    for old, offset in ((50, 1), (0, 2), (0, 3)):
        values = ", ".join("'x'" if name not in ("product_id", "revision") else str(offset) for name in table.identity)
        if "revision" not in table.identity:
            values = f"'id-{offset}'"
        times = {
            column
            for column in ("captured_at", "started_at", "redacted_at", "revealed_at")
            if column in table.column_names
        }
        when = ", ".join(f"now() - INTERVAL {old} MONTH" for _ in times)
        client.command(
            f"INSERT INTO {table.name} ({ids}, _offset, {', '.join(times)}) SELECT {values}, {offset}, {when}"
        )
    client.command(f"OPTIMIZE TABLE {table.name} FINAL")
    client.command(f"ALTER TABLE {table.name} DELETE WHERE _offset = 2 SETTINGS mutations_sync = 2")
    held = "SELECT sum(rows) FROM system.{} WHERE database = 'inland' AND table = '{}' AND active"
    assert client.query(held.format("parts", table.name)).result_rows == [(1,)]
    assert client.query(held.format("projection_parts", table.name)).result_rows == [(1,)]


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
        assert engine.client().query("SELECT count() FROM commerce_events").result_rows == [(1,)]
    await sent
