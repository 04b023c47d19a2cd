"""`inland sink`: everything of the redacted and audit topics lands in ClickHouse, each identity once.

What has landed is the truth: before an insert the table is asked which of the batch's identities it holds
(identity.py), so that an offset read twice, or an event written twice, is left out. Kafka's committed offset only tells
what nobody needs to ask for (resume.py). An insert has a known outcome or is repeated as the identical block under the
identical token (store.py). One writer a partition: the consumer group sees to that, and a process that stood still for
longer than its session ends before it inserts (streams.delivery.pulse).
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaConnectionError

from avro_schemas.codec import Codec
from avro_schemas.schemas import SchemaName
from streams.audit import metrics
from streams.audit.lane import STAGE, Tools
from streams.audit.lanes import Lanes, Routes
from streams.audit.ledger import check_ledger
from streams.audit.settings import SinkSettings
from streams.audit.store import Store
from streams.audit.tables import TABLES, Table
from streams.clock import now
from streams.delivery.limit import Refusals
from streams.delivery.outbox import Outbox
from streams.delivery.pulse import Pulse
from streams.delivery.retry import waits
from streams.log import logger
from topics.catalogue import catalogue
from topics.model import Topic

_log = logger("sink")
_POLL_S = 0.1
_FETCH_BYTES = 1_048_576


def routes(topics: Mapping[str, Topic]) -> Routes:
    """Schema and tables of every topic that the catalogue gives to the sink; ValueError when one has no table."""
    found: dict[str, tuple[SchemaName, Sequence[Table]]] = {}
    for topic in topics.values():
        if "sink" not in topic.spec.consumers:
            continue
        schema = topic.spec.value.record
        if schema is None or schema not in TABLES:
            raise ValueError(f"{topic.name}: no table for {schema}: add one to streams/audit/tables.py and a migration")
        found[topic.name] = (schema, TABLES[schema])
    return found


async def run_sink(
    settings: SinkSettings, codec: Codec, *, ready: asyncio.Event, stop: asyncio.Event, topics: Routes | None = None
) -> None:
    """Land until `stop` is set; then land what was read, commit and leave the group.

    `ready` is set while every assigned partition knows where to read on. `topics`: defaults to the catalogue's.
    SinkStoppedError when ClickHouse refuses for good, LimitReachedError when too many records are unreadable,
    FencedError when the process stood still: it must end with any of them, and nothing is lost.
    """
    wanted = topics if topics is not None else routes(catalogue())
    pulse = Pulse(settings.session_timeout_s)
    store = Store(settings, pulse)
    outbox = Outbox(settings.kafka_bootstrap, "inland-sink", settings.delivery_timeout_s)
    tools = Tools(codec, store, outbox, Refusals(STAGE, settings.refusals), settings.limits)
    consumer = _consumer(settings)
    beating = asyncio.create_task(pulse.run(), name="pulse")
    try:
        await _until_stopped(_check_tables(tools, wanted), stop)
        await _until_stopped(_start(outbox, consumer), stop)
        if not stop.is_set():
            await _consume(Lanes(consumer, wanted, tools, settings.drain_s), ready, stop)
    finally:
        beating.cancel()
        ready.clear()
        await consumer.stop()
        await outbox.stop()
        await store.close()


def _consumer(settings: SinkSettings) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap,
        client_id="inland-sink",
        group_id=settings.group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=int(settings.session_timeout_s * 1000),
        heartbeat_interval_ms=3_000,
        rebalance_timeout_ms=60_000,
        # Waiting for ClickHouse is no reason to give the partitions up: whoever got them would have to wait as well.
        max_poll_interval_ms=86_400_000,
        max_partition_fetch_bytes=_FETCH_BYTES,
        fetch_max_wait_ms=100,
        isolation_level="read_committed",
    )


async def _check_tables(tools: Tools, wanted: Routes) -> None:
    for table in {table.name: table for _schema, tables in wanted.values() for table in tables}.values():
        await tools.store.check(table.name, table.column_names)
    await check_ledger(tools.store)


async def _start(outbox: Outbox, consumer: AIOKafkaConsumer) -> None:
    pauses = waits()
    while True:
        try:
            await outbox.start()
            await consumer.start()
            return
        except KafkaConnectionError:
            _log.warning("Kafka does not answer: trying again", extra={"stage": STAGE})
        await asyncio.sleep(next(pauses))


async def _consume(lanes: Lanes, ready: asyncio.Event, stop: asyncio.Event) -> None:
    lanes.subscribe()
    try:
        while not stop.is_set():
            await lanes.read(_POLL_S)
            lanes.raise_failure()
            _observe(lanes)
            (ready.set if lanes.ready else ready.clear)()
    finally:
        await lanes.close()


def _observe(lanes: Lanes) -> None:
    for lane in lanes:
        if lane.lag is not None:
            metrics.LAG.labels(lane.partition.topic, lane.partition.number).set(lane.lag)
    waiting = [lane.buffer.oldest.timestamp for lane in lanes if lane.buffer.oldest is not None]
    metrics.OLDEST_UNLANDED.set((now() - min(waiting)).total_seconds() if waiting else 0)


async def _until_stopped(work: Coroutine[None, None, None], stop: asyncio.Event) -> None:
    """Do the work, or leave it when `stop` is set meanwhile: the platform may never come up."""
    task, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
    finally:
        task.cancel()
        stopped.cancel()
        await asyncio.wait({task, stopped})
