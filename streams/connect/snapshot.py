"""Asks a connector for an incremental snapshot of one table, and waits for its end."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from avro_schemas.codec import Codec
from streams.connect.connectors import Connector
from streams.connect.signal import Notice, Order, SnapshotError, notice, request
from streams.delivery.message import Output
from streams.delivery.outbox import Outbox
from topics.names import CONNECT_NOTIFICATIONS, CONNECT_SIGNALS

_CLIENT_ID = "inland-connect-snapshot"
_KAFKA_S = 15.0


async def ask(bootstrap: str, order: Order) -> str:
    """Send the request, and do not wait for its end: its id. SnapshotError and UnknownTableError as `request`."""
    request_id = f"inland-{secrets.token_hex(8)}"
    value = request(order, request_id)
    async with Outbox(bootstrap, _CLIENT_ID, _KAFKA_S) as outbox:
        # One partition, which the connectors share; the key says whom it is for.
        await outbox.deliver([Output(CONNECT_SIGNALS, order.connector.shop.encode(), value, partition=0)])
    return request_id


async def snapshot(bootstrap: str, codec: Codec, order: Order, wait_s: float) -> int:
    """Have the table's rows sent again as `r`, and wait until all are on their way: how many rows were read.

    The shop's database is read, never written to. SnapshotError when Debezium could not read it, or has not come to its
    end within `wait_s`: it goes on all the same.
    """
    async with _notifications(bootstrap) as consumer:
        request_id = await ask(bootstrap, order)
        seen: list[Notice] = []
        try:
            async with asyncio.timeout(wait_s):
                return await _until_done(consumer, codec, request_id, seen)
        except TimeoutError:
            raise SnapshotError(_not_done(order.connector, wait_s, seen)) from None


async def _until_done(consumer: AIOKafkaConsumer, codec: Codec, request_id: str, seen: list[Notice]) -> int:
    rows = 0
    async for record in consumer:
        # The codec may have to ask the registry, which must not hold up the consumer.
        found = notice(await asyncio.to_thread(codec.decode_as_written, record.value))
        if found is None or found.request != request_id:
            continue
        seen.append(found)
        if found.failed:
            told = "its SQL failed, is the condition right?" if found.outcome == "SQL_EXCEPTION" else found.outcome
            raise SnapshotError(
                f"Debezium could not read the table: {told or found.stage}; Kafka Connect's log says more"
            )
        if found.stage == "TABLE_SCAN_COMPLETED":
            rows = found.rows
        if found.stage == "COMPLETED":
            return rows
    raise SnapshotError("Kafka let go of the notifications; the snapshot may go on all the same")


def _not_done(connector: Connector, wait_s: float, seen: list[Notice]) -> str:
    if not seen:
        return (
            f"the connector {connector.name} has not taken up the request within {wait_s:g} s; it does so when it "
            "runs: see `inland connect status`"
        )
    return f"the snapshot is under way, not done after {wait_s:g} s; its end comes in {CONNECT_NOTIFICATIONS}"


@asynccontextmanager
async def _notifications(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer that stands at the end of the notifications."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, client_id=_CLIENT_ID, group_id=None, enable_auto_commit=False
    )
    place = TopicPartition(CONNECT_NOTIFICATIONS, 0)
    try:
        async with asyncio.timeout(_KAFKA_S):
            await consumer.start()
            consumer.assign([place])
            await consumer.seek_to_end(place)
            await consumer.position(place)
        yield consumer
    finally:
        await consumer.stop()
