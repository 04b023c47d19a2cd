"""What was fetched and dropped is read again, also by a group that has never committed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra.local.platform import Platform
from streams.delivery.position import back_to_committed

GoBack = Callable[[AIOKafkaConsumer], Awaitable[Any]]


async def _ours(consumer: AIOKafkaConsumer) -> None:
    await back_to_committed(consumer, lambda _: True)


async def _read_after_dropping(bootstrap: str, committed: int | None, go_back: GoBack) -> list[bytes]:
    """Three records are written, the consumer commits, reads all, goes back, and reads again: what it sees then."""
    topic = f"position-{uuid4().hex[:8]}"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        for number in range(3):
            await producer.send_and_wait(topic, str(number).encode())
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=topic, auto_offset_reset="earliest", enable_auto_commit=False
    ) as consumer:
        dropped = [(await consumer.getone()).value for _ in range(3)]
        assert dropped == [b"0", b"1", b"2"]
        if committed is not None:
            (partition,) = consumer.assignment()
            await consumer.commit({partition: committed})
        await go_back(consumer)
        found = await consumer.getmany(timeout_ms=1500)
        return [record.value for records in found.values() for record in records]


@pytest.mark.parametrize(("committed", "again"), [(None, [b"0", b"1", b"2"]), (0, [b"0", b"1", b"2"]), (2, [b"2"])])
def test_what_was_dropped_is_read_again(platform: Platform, committed: int | None, again: list[bytes]) -> None:
    assert asyncio.run(_read_after_dropping(platform.settings.kafka_bootstrap, committed, _ours)) == again


@pytest.mark.parametrize("committed", [None, 0])
def test_the_drivers_own_way_back_loses_it(platform: Platform, committed: int | None) -> None:
    way = AIOKafkaConsumer.seek_to_committed
    assert asyncio.run(_read_after_dropping(platform.settings.kafka_bootstrap, committed, way)) == []


def test_a_changelog_stays_where_recovery_has_put_it(platform: Platform) -> None:
    async def go_back(consumer: AIOKafkaConsumer) -> None:
        await back_to_committed(consumer, lambda _: False)

    assert asyncio.run(_read_after_dropping(platform.settings.kafka_bootstrap, None, go_back)) == []
