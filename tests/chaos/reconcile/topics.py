"""Reads topics on from where it was, outside any group, through brokers that die."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.delivery.message import Message
from streams.delivery.partitions import partitions_of

TIMEOUT_S = 20.0


class TopicReader:
    """Keeps a position a partition; the connection is made anew for each reading."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._next: dict[TopicPartition, int] = {}

    async def read_on(self, topics: Sequence[str]) -> list[Message]:
        """Records up to the present ends, each partition in its order; KafkaError or TimeoutError when it cannot.

        After an error nothing counts as read. Raises RuntimeError when a partition has lost records that were there.
        """
        consumer = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, enable_auto_commit=False, group_id=None)
        async with asyncio.timeout(TIMEOUT_S * 3):
            partitions = await self._partitions(topics)
            await consumer.start()
            try:
                return await self._read(consumer, partitions)
            finally:
                await consumer.stop()

    async def _partitions(self, topics: Sequence[str]) -> list[TopicPartition]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap, request_timeout_ms=int(TIMEOUT_S * 1000))
        try:
            await admin.start()
            found = await partitions_of(admin, topics)
        finally:
            await admin.close()
        return [partition for listed in found.values() for partition in listed]

    async def _read(self, consumer: AIOKafkaConsumer, partitions: list[TopicPartition]) -> list[Message]:
        ends = await consumer.end_offsets(partitions)
        if shrunk := [str(tp) for tp in partitions if ends[tp] < self._next.get(tp, 0)]:
            raise RuntimeError(f"Kafka has lost records that it had confirmed: {', '.join(shrunk)}")
        behind = [tp for tp in partitions if self._next.get(tp, 0) < ends[tp]]
        if not behind:
            return []
        consumer.assign(behind)
        for tp in behind:
            consumer.seek(tp, self._next.get(tp, 0))
        found: list[Message] = []
        while late := [tp for tp in behind if await consumer.position(tp) < ends[tp]]:
            async with asyncio.timeout(TIMEOUT_S):
                batches = await consumer.getmany(*late, timeout_ms=500)
            for tp, records in batches.items():
                found += [Message.of(record) for record in records if record.offset < ends[tp]]
        self._next.update({tp: ends[tp] for tp in behind})
        return found
