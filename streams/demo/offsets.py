"""Where topics end and where groups are: records written, and records not yet taken up."""

from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient

from streams.delivery.partitions import partitions_of

CONNECTION_TIMEOUT_MS = 10_000


class Offsets:
    """Asks the broker; one connection for many questions."""

    def __init__(self, bootstrap: str) -> None:
        self._consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, client_id="inland-offsets", group_id=None)
        self._admin = AIOKafkaAdminClient(
            bootstrap_servers=bootstrap, client_id="inland-offsets", request_timeout_ms=CONNECTION_TIMEOUT_MS
        )

    async def __aenter__(self) -> "Offsets":
        await self._consumer.start()
        await self._admin.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()
        await self._admin.close()

    async def written(self, topics: Sequence[str]) -> dict[str, int]:
        """Records ever written to each topic, expired ones included."""
        found = await partitions_of(self._admin, topics)
        partitions = [partition for listed in found.values() for partition in listed]
        counts = dict.fromkeys(topics, 0)
        for partition, end in (await self._consumer.end_offsets(partitions)).items():
            counts[partition.topic] += end
        return counts

    async def lag(self, group: str) -> int:
        """Records that the group has not acknowledged yet."""
        committed = await self._admin.list_consumer_group_offsets(group)
        ends = await self._consumer.end_offsets(list(committed))
        return sum(max(ends[partition] - max(told.offset, 0), 0) for partition, told in committed.items())
