"""Reads a range of a topic once, outside any consumer group: nothing is committed, nobody else is disturbed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.delivery.message import Message
from streams.delivery.partitions import partitions_of

Edge = int | datetime | Literal["earliest", "latest"]
_STALL_S = 30.0


class RangeError(ValueError):
    """A range that cannot be read; the message says why and what to give instead."""


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets of one partition: `first` included, `end` not."""

    partition: TopicPartition
    first: int
    end: int


def parse_edge(text: str) -> Edge:
    """An offset, an ISO 8601 time (UTC where it names no zone), `earliest` or `latest`."""
    if text in ("earliest", "latest"):
        return "earliest" if text == "earliest" else "latest"
    if text.isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RangeError("give an offset, a time such as 2026-05-04T10:00:00, `earliest` or `latest`") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def spans(consumer: AIOKafkaConsumer, partitions: list[TopicPartition], first: Edge, end: Edge) -> list[Span]:
    """The range in each partition, within what the broker still holds."""
    begins = await consumer.beginning_offsets(partitions)
    ends = await consumer.end_offsets(partitions)
    firsts = await _at(consumer, partitions, first, begins, ends)
    stops = await _at(consumer, partitions, end, begins, ends)
    return [Span(tp, max(firsts[tp], begins[tp]), min(stops[tp], ends[tp])) for tp in partitions]


async def _at(
    consumer: AIOKafkaConsumer,
    partitions: list[TopicPartition],
    edge: Edge,
    begins: dict[TopicPartition, int],
    ends: dict[TopicPartition, int],
) -> dict[TopicPartition, int]:
    match edge:
        case "earliest":
            return begins
        case "latest":
            return ends
        case int():
            return dict.fromkeys(partitions, edge)
    found = await consumer.offsets_for_times({tp: int(edge.timestamp() * 1000) for tp in partitions})
    return {tp: ends[tp] if found[tp] is None else found[tp].offset for tp in partitions}


async def read(bootstrap: str, topic: str, first: Edge, end: Edge) -> AsyncIterator[Message]:
    """Messages of the range, partition by partition, in the order of their offsets.

    RangeError for a topic that is not there, and when the broker stops answering.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, group_id=None, client_id="inland-replay"
    )
    partitions = await partitions_in(bootstrap, topic)
    await consumer.start()
    try:
        for span in await spans(consumer, partitions, first, end):
            async for message in read_span(consumer, span):
                yield message
    finally:
        await consumer.stop()


async def partitions_in(bootstrap: str, topic: str) -> list[TopicPartition]:
    """The partitions of a topic; RangeError when it is not there."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="inland-replay")
    await admin.start()
    try:
        found = await partitions_of(admin, [topic])
    finally:
        await admin.close()
    return present(found, topic)


def present(found: Mapping[str, list[TopicPartition]], topic: str) -> list[TopicPartition]:
    """The topic's partitions; RangeError when it was not found."""
    if topic not in found:
        raise RangeError(f"there is no topic {topic}: `inland topics plan` lists those that Inland knows")
    return found[topic]


async def read_span(consumer: AIOKafkaConsumer, span: Span) -> AsyncIterator[Message]:
    """Messages of one span; the consumer is assigned to its partition. RangeError when nothing comes for 30 s."""
    if span.first >= span.end:
        return
    consumer.assign([span.partition])
    consumer.seek(span.partition, span.first)
    clock = asyncio.get_running_loop().time
    heard = clock()
    # Compaction and expiry leave holes: the position tells the end, not the last offset seen.
    while (before := await consumer.position(span.partition)) < span.end:
        async with asyncio.timeout(_STALL_S):
            batch = await consumer.getmany(span.partition, timeout_ms=1000)
        for record in batch.get(span.partition, []):
            if record.offset < span.end:
                yield Message.of(record)
        if await consumer.position(span.partition) > before:
            heard = clock()
        elif clock() - heard > _STALL_S:
            name, number = span.partition
            raise RangeError(f"nothing comes from {name}[{number}]@{before}: does the broker answer?")
