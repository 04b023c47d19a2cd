"""The same event twice in a topic is one row in ClickHouse, and the ledger says where the other record went."""

import os
import signal
from collections.abc import Iterator, Sequence

import pytest

from infra.clickhouse.migrate import migrate
from infra.local.platform import Platform
from streams.audit.tables import LEDGER, TABLES
from tests.platform.audit_stand import Engine, Stand, eventually, finish
from tests.platform.sink_process import offline_codec
from tests.unit.audit import samples

EVENTS, CALLS = "events", "calls"
CODEC = offline_codec()
POISON = b"\0\0\0\0\3Jansen, Damrak 1"
FIRST_OFFSETS = "SELECT _partition, _offset FROM {table:Identifier} WHERE startsWith(_topic, {tag:String}) ORDER BY ALL"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    own = Engine(tmp_path_factory.mktemp("engine"))
    own.start()
    migrate(own.client(None))
    yield own
    own.kill()


@pytest.fixture
def stand(platform: Platform, engine: Engine) -> Iterator[Stand]:
    for table in (*(table.name for tables in TABLES.values() for table in tables), LEDGER):
        engine.client().command(f"TRUNCATE TABLE {table}")
    made = Stand(platform.settings.kafka_bootstrap, engine, {EVENTS: "commerce_event", CALLS: "model_call"})
    yield made
    made.end()


async def produce_orders(stand: Stand, numbers: Sequence[int]) -> None:
    values = [CODEC.encode("commerce_event", samples.order_event(number)) for number in numbers]
    await stand.produce(EVENTS, values, keys=numbers)


async def produce_calls(stand: Stand, numbers: Sequence[int | None]) -> None:
    """None is poison."""
    values = [POISON if one is None else CODEC.encode("model_call", samples.model_call(one)) for one in numbers]
    await stand.produce(CALLS, values, keys=[number or 0 for number in numbers])


def accounted(stand: Stand, topic: str, records: int) -> None:
    eventually(f"the ledger accounts for {records} records", lambda: sum(stand.ledger(topic)) == records)


async def firsts(stand: Stand, topic: str) -> list[tuple[int, int]]:
    """Partition and offset of the first record of each value."""
    found: dict[bytes, tuple[int, int]] = {}
    for record in sorted(await stand.everything(stand.name(topic)), key=lambda one: (one.partition, one.offset)):
        if record.value != POISON:
            found.setdefault(record.value, (record.partition, record.offset))
    return sorted(found.values())


async def test_the_same_identity_twice_in_one_batch_lands_once(stand: Stand) -> None:
    await stand.create()
    await produce_orders(stand, [*range(60), *range(60)])
    sink = stand.sink()
    accounted(stand, EVENTS, 120)
    assert finish(sink) == 0
    assert stand.ledger(EVENTS) == (60, 60, 0)
    assert stand.ask(FIRST_OFFSETS, table="commerce_events") == await firsts(stand, EVENTS)


async def test_the_same_identity_in_a_later_batch_and_after_a_restart_is_left_out(stand: Stand) -> None:
    await stand.create()
    sink = stand.sink()
    await produce_orders(stand, range(60))
    accounted(stand, EVENTS, 60)
    await produce_orders(stand, range(30, 90))
    accounted(stand, EVENTS, 120)
    assert finish(sink) == 0
    sink = stand.sink()
    await produce_orders(stand, range(60, 100))
    accounted(stand, EVENTS, 160)
    assert finish(sink) == 0
    assert stand.ledger(EVENTS) == (100, 60, 0)
    assert stand.ask(FIRST_OFFSETS, table="commerce_events") == await firsts(stand, EVENTS)


async def test_a_batch_of_repetitions_alone_is_not_read_again_after_a_restart(stand: Stand) -> None:
    await stand.create()
    sink = stand.sink()
    await produce_orders(stand, range(20))
    accounted(stand, EVENTS, 20)
    await produce_orders(stand, range(20))
    accounted(stand, EVENTS, 40)
    assert finish(sink) == 0
    sink = stand.sink()
    await produce_orders(stand, [77])
    accounted(stand, EVENTS, 41)
    assert finish(sink) == 0
    assert stand.ledger(EVENTS) == (21, 20, 0)
    assert stand.ask("SELECT count() FROM ingest_batches WHERE recovered") == [(0,)]


def stream(count: int) -> list[int | None]:
    """Calls of which every third is one from a while ago, and some are poison."""
    return [None if at % 500 == 250 else at - 601 if at > 900 and at % 3 == 0 else at for at in range(count)]


async def test_a_sink_killed_in_mid_stream_lands_repetitions_once_and_accounts_for_every_record(stand: Stand) -> None:
    await stand.create()
    numbers = stream(6_000)
    await produce_calls(stand, numbers)
    landed = 0
    for _ in range(4):
        sink = stand.sink(rows=150)
        eventually("some more have landed", lambda more=landed + 300: stand.rows("model_calls") >= more)  # type: ignore[misc]
        sink.kill()
        sink.wait(20)
        landed = stand.rows("model_calls")
    sink = stand.sink(rows=350)
    accounted(stand, CALLS, 6_000)
    assert finish(sink) == 0
    await assert_calls_landed_once(stand, numbers)


async def test_clickhouse_killed_in_mid_stream_lands_repetitions_once_and_accounts_for_every_record(
    stand: Stand, engine: Engine
) -> None:
    await stand.create()
    numbers = stream(4_000)
    await produce_calls(stand, numbers[:2_000])
    sink = stand.sink(rows=100)
    for some in (300, 900):
        eventually("some have landed", lambda some=some: stand.rows("model_call_bodies") >= some)  # type: ignore[misc]
        engine.kill()
        engine.start()
    await produce_calls(stand, numbers[2_000:])
    accounted(stand, CALLS, 4_000)
    assert finish(sink) == 0
    await assert_calls_landed_once(stand, numbers)


async def assert_calls_landed_once(stand: Stand, numbers: Sequence[int | None]) -> None:
    poison = sum(number is None for number in numbers)
    calls = len({number for number in numbers if number is not None})
    assert stand.ledger(CALLS) == (calls, len(numbers) - poison - calls, poison)
    wanted = await firsts(stand, CALLS)
    assert len(wanted) == calls
    for table in ("model_calls", "model_call_bodies"):
        assert stand.ask(FIRST_OFFSETS, table=table) == wanted, table


async def test_offsets_set_back_by_hand_land_what_was_lost_and_nothing_twice(stand: Stand, engine: Engine) -> None:
    await stand.create()
    sink = stand.sink()
    await produce_orders(stand, range(40))
    accounted(stand, EVENTS, 40)
    assert finish(sink) == 0
    engine.client().command("ALTER TABLE commerce_events DELETE WHERE entity_id < 10 SETTINGS mutations_sync = 2")
    await stand.rewind(EVENTS)
    sink = stand.sink()
    eventually("what was lost has landed", lambda: stand.rows("commerce_events") == 40)
    await produce_orders(stand, range(5))
    accounted(stand, EVENTS, 45)
    assert finish(sink) == 0
    assert stand.ask(FIRST_OFFSETS, table="commerce_events") == await firsts(stand, EVENTS)
    assert stand.ledger(EVENTS) == (40, 5, 0)


async def test_a_sink_frozen_while_another_takes_over_lands_nothing_twice(stand: Stand) -> None:
    await stand.create()
    await produce_calls(stand, stream(1_500))
    first = stand.sink(rows=50)
    eventually("the first lands some", lambda: stand.rows("model_calls") >= 100)
    os.kill(first.pid, signal.SIGSTOP)
    second = stand.sink(rows=70)
    accounted(stand, CALLS, 1_500)
    first.kill()
    assert finish(second) == 0
    await assert_calls_landed_once(stand, stream(1_500))
