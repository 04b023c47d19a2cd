"""Which partitions topics have. A consumer knows them only for topics it is subscribed to; the admin client for all."""

from collections.abc import Iterable

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient


async def partitions_of(admin: AIOKafkaAdminClient, topics: Iterable[str]) -> dict[str, list[TopicPartition]]:
    """Partitions by topic, in order; a topic that is not there is left out."""
    present = sorted(set(topics) & set(await admin.list_topics()))
    described = await admin.describe_topics(present) if present else []
    return {
        entry["topic"]: [TopicPartition(entry["topic"], number) for number in range(len(entry["partitions"]))]
        for entry in described
    }
