"""The sink on a real broker and a real ClickHouse: every identity lands once, whatever is killed meanwhile."""

import asyncio
import subprocess
import threading
from collections.abc import Callable, Iterator

import pytest

from infra.clickhouse.migrate import migrate, migrations, revert
from infra.local.platform import Platform
from streams.audit.questions import TO_PASTE
from streams.audit.summary import read_summary
from streams.audit.tables import LEDGER, TABLES
from tests.platform.audit_stand import Engine, Stand, eventually, finish
from tests.platform.sink_process import offline_codec
from tests.unit.audit import samples

EVENTS, CALLS, RECOMMENDATIONS, RESULTS, FINDINGS = "events", "calls", "recommendations", "results", "findings"
CODEC = offline_codec()
EVERY_TABLE = [table.name for tables in TABLES.values() for table in tables]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    own = Engine(tmp_path_factory.mktemp("engine"))
    own.start()
    migrate(own.client(None))
    yield own
    own.kill()


@pytest.fixture
def stand(platform: Platform, engine: Engine) -> Iterator[Stand]:
    # Another test's rows have the same identities, and would be found.
    for table in (*EVERY_TABLE, LEDGER):
        engine.client().command(f"TRUNCATE TABLE {table}")
    made = Stand(
        platform.settings.kafka_bootstrap,
        engine,
        {
            EVENTS: "commerce_event",
            CALLS: "model_call",
            RECOMMENDATIONS: "recommendation_update",
            RESULTS: "enrichment_result",
            FINDINGS: "privacy_finding",
        },
    )
    yield made
    made.end()


def orders(count: int, first: int = 0) -> list[bytes]:
    return [CODEC.encode("commerce_event", samples.order_event(number)) for number in range(first, first + count)]


def calls(count: int) -> list[bytes]:
    return [CODEC.encode("model_call", samples.model_call(number)) for number in range(count)]


def complete(stand: Stand, table: str, count: int) -> Callable[[], bool]:
    return lambda: stand.rows(table) >= count


def assert_each_offset_once(stand: Stand, table: str, count: int) -> None:
    found = stand.offsets(table)
    assert sum(rows for _, rows, _, _ in found) == count
    for partition, rows, distinct, highest in found:
        assert (rows, distinct) == (highest + 1, highest + 1), f"{table}, partition {partition}"


async def test_ten_thousand_records_land_once(stand: Stand) -> None:
    await stand.create()
    sink = stand.sink()
    await stand.produce(EVENTS, orders(9_000))
    await stand.produce(CALLS, calls(1_000))
    eventually("all have landed", complete(stand, "model_call_bodies", 1_000))
    eventually("all have landed", complete(stand, "commerce_events", 9_000))
    assert finish(sink) == 0
    assert_each_offset_once(stand, "commerce_events", 9_000)
    assert_each_offset_once(stand, "model_calls", 1_000)
    assert_each_offset_once(stand, "model_call_bodies", 1_000)


async def test_a_sink_killed_in_mid_stream_loses_and_doubles_nothing(stand: Stand) -> None:
    await stand.create()
    await stand.produce(CALLS, calls(6_000))
    landed = 0
    for _ in range(3):
        sink = stand.sink(rows=200)
        eventually("some more have landed", complete(stand, "model_call_bodies", landed + 400))
        sink.kill()
        landed = stand.rows("model_call_bodies")
    sink = stand.sink(rows=350)
    eventually("all have landed", complete(stand, "model_call_bodies", 6_000))
    eventually("all have landed", complete(stand, "model_calls", 6_000))
    assert finish(sink) == 0
    assert_each_offset_once(stand, "model_calls", 6_000)
    assert_each_offset_once(stand, "model_call_bodies", 6_000)
    # What landed shortly before a kill stands in the ledger as recovered: together the batches hold every row.
    assert stand.ledger(CALLS) == (6_000, 0, 0)


async def test_clickhouse_killed_and_started_again_is_waited_for(stand: Stand, engine: Engine) -> None:
    await stand.create()
    sink = stand.sink(rows=200)
    assert sink.stdout is not None
    assert sink.stdout.readline() == "ready\n"
    await stand.produce(EVENTS, orders(1_500))
    eventually("some have landed", complete(stand, "commerce_events", 200))
    engine.kill()
    await stand.produce(EVENTS, orders(1_500, first=1_500))
    assert sink.poll() is None
    engine.start()
    eventually("all have landed", complete(stand, "commerce_events", 3_000))
    assert finish(sink) == 0
    assert_each_offset_once(stand, "commerce_events", 3_000)


async def test_poison_goes_to_the_dead_letters_as_it_came_and_the_rest_lands(stand: Stand) -> None:
    await stand.create()
    values = orders(200)
    values[100] = b"\0\0\0\0\3Jansen, Damrak 1"
    await stand.produce(EVENTS, values, headers=[("trace", b"abc")])
    sink = stand.sink()
    eventually("the rest has landed", complete(stand, "commerce_events", 199))
    assert finish(sink) == 0
    (letter,) = await stand.everything(stand.name(EVENTS) + ".dlq")
    headers = dict(letter.headers)
    assert (letter.key, letter.value, headers["trace"]) == (b"100", values[100], b"abc")
    assert headers["inland.dlq.topic"] == stand.name(EVENTS).encode()
    assert headers["inland.dlq.stage"] == b"sink"
    assert headers["inland.dlq.exception"] == b"WireError"
    assert {"partition", "offset", "rule", "attempts", "failed_at"} <= {
        name.removeprefix("inland.dlq.") for name in headers
    }
    _out, log = sink.communicate(timeout=20)
    assert "refused" in log
    assert "Jansen" not in log


async def test_two_sinks_share_the_partitions_and_hand_them_over_without_a_double(stand: Stand) -> None:
    await stand.create()
    first = stand.sink(rows=100)
    assert first.stdout is not None
    assert first.stdout.readline() == "ready\n"
    producing = threading.Thread(target=produce_in_background, args=(stand, orders(4_000)))
    producing.start()
    eventually("the first lands some", complete(stand, "commerce_events", 300))
    second = stand.sink(rows=100)
    assert second.stdout is not None
    assert second.stdout.readline() == "ready\n"
    assert finish(first) == 0
    producing.join(60)
    eventually("all have landed", complete(stand, "commerce_events", 4_000))
    assert finish(second) == 0
    assert_each_offset_once(stand, "commerce_events", 4_000)


def produce_in_background(stand: Stand, values: list[bytes]) -> None:
    asyncio.run(stand.produce(EVENTS, values))


async def test_a_table_that_lacks_a_column_stops_the_sink_with_rule_and_remedy(stand: Stand, engine: Engine) -> None:
    await stand.create()
    client = engine.client()
    client.command("ALTER TABLE privacy_findings RENAME COLUMN score TO certainty")
    try:
        sink = stand.sink()
        out, _log = sink.communicate(timeout=60)
    finally:
        client.command("ALTER TABLE privacy_findings RENAME COLUMN certainty TO score")
    assert sink.returncode == 1
    assert "privacy_findings" in out
    assert "inland apply" in out


async def test_a_sink_ends_at_sigterm_while_clickhouse_is_away(stand: Stand, engine: Engine) -> None:
    await stand.create()
    engine.kill()
    try:
        sink = stand.sink()
        wait_for_log(sink, "ClickHouse does not answer")
        assert finish(sink) == 0
    finally:
        engine.start()


def wait_for_log(process: "subprocess.Popen[str]", text: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if text in line:
            return
    pytest.fail(f"the log ended without: {text}")


async def test_the_summary_tells_what_landed_and_the_pasted_queries_answer(stand: Stand, engine: Engine) -> None:
    await stand.create()
    client = engine.client()
    events = [samples.order_event(1), samples.review_event(2), samples.product_event(9)]
    await stand.produce(EVENTS, [CODEC.encode("commerce_event", event) for event in events])
    await stand.produce(
        CALLS, [CODEC.encode("model_call", call) for call in (samples.model_call(2), samples.blocked_call(3))]
    )
    await stand.produce(RESULTS, [CODEC.encode("enrichment_result", samples.enrichment(2))])
    updates = [samples.recommendation(revision) for revision in (1, 2, 3)]
    await stand.produce(RECOMMENDATIONS, [CODEC.encode("recommendation_update", update) for update in updates])
    await stand.produce(FINDINGS, [CODEC.encode("privacy_finding", samples.finding(1))])
    sink = stand.sink()
    wanted = {"commerce_events": 3, "model_call_bodies": 2, "enrichment_results": 1}
    for name, count in {**wanted, "recommendation_updates": 3, "privacy_findings": 1}.items():
        eventually(f"{name} has landed", complete(stand, name, count))
    assert finish(sink) == 0

    summary = read_summary(client)
    assert {table: summary.landed(table) for table in ("commerce_events", "model_calls", "model_call_bodies")} == {
        "commerce_events": 3,
        "model_calls": 2,
        "model_call_bodies": 2,
    }
    assert {(count.kind, count.region, count.rows) for count in summary.events} == {
        ("order_updated", "eu", 1),
        ("review_posted", "eu", 1),
        ("product_updated", "eu", 1),
    }
    assert [(count.kind, count.rows) for count in summary.redactions] == [("phone", 1)]
    assert {(count.kind, count.rows) for count in summary.outcomes} == {("answered", 1), ("blocked", 1)}
    assert summary.latency("captured to redacted").p50_ms == 40.0
    assert summary.latency("captured to visible").count == 3
    assert summary.latency("webhook received to visible, no model call").count == 2
    assert summary.latency("model call: inference").p99_ms == 250.0
    assert summary.latency("captured to answer").p95_ms == 500.0
    assert summary.slowest[0].call_id == "call-2"
    (shown,) = summary.recommendations
    assert (shown.product, shown.recommended, shown.orders) == ("Kruk", "Product 9", 3)
    assert summary.batches.rows == 10
    for question, text in TO_PASTE.items():
        assert client.query(text).result_rows, question


async def test_migrations_run_twice_are_applied_once_and_can_go_back(engine: Engine) -> None:
    client = engine.client(None)
    assert migrate(client) == []
    newest = migrations()[-1].name
    assert revert(client) == newest
    assert migrate(client) == [newest]
