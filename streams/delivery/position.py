"""Where a partition is read on from: behind what was committed, or from its beginning when nothing was.

aiokafka's `seek_to_committed` leaves a partition without a committed offset where it is (`if offset and offset > 0`).
What was fetched of it and dropped, because a rebalance began, is behind its position then and never read: a new group
loses the first records of its life.
"""

from collections.abc import Callable
from typing import Any

from aiokafka.structs import TopicPartition


async def back_to_committed(consumer: Any, is_source: Callable[[str], bool]) -> dict[TopicPartition, int | None]:
    """Seek every assigned partition of the group's sources; returns what is committed, None where nothing is.

    `consumer`: an AIOKafkaConsumer. Changelogs are left where they are: Faust's recovery seeks those. KafkaError and
    IllegalStateError as aiokafka raises them.
    """
    committed: dict[TopicPartition, int | None] = {}
    for partition in consumer.assignment():
        if not is_source(partition.topic):
            continue
        offset = committed[partition] = await consumer.committed(partition)
        if offset is None:
            await consumer.seek_to_beginning(partition)
        else:
            consumer.seek(partition, offset)
    return committed
