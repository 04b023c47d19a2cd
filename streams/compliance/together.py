"""Several topics that are keyed alike, read as the stage that joins them read them: by partition, in order of time."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from itertools import count

from aiokafka import AIOKafkaConsumer

from streams.delivery.message import Message
from streams.delivery.reading import partitions_in, read_span, spans

Head = tuple[float, int, Message, AsyncIterator[Message]]


async def read_together(bootstrap: str, topics: Sequence[str]) -> AsyncIterator[AsyncIterator[Message]]:
    """One stream of messages for each partition number, whole topics, merged by the records' time.

    Each stream has to be read to its end before the next. RangeError for a topic that is not there.
    """
    async with AsyncExitStack() as open_ones:
        by_number: dict[int, list[AsyncIterator[Message]]] = {}
        for topic in topics:
            consumer = AIOKafkaConsumer(
                bootstrap_servers=bootstrap, enable_auto_commit=False, group_id=None, client_id="inland-replay"
            )
            await consumer.start()
            open_ones.push_async_callback(consumer.stop)
            for span in await spans(consumer, await partitions_in(bootstrap, topic), "earliest", "latest"):
                by_number.setdefault(span.partition.partition, []).append(read_span(consumer, span))
        for _, streams in sorted(by_number.items()):
            yield _merged(streams)


async def _merged(streams: Sequence[AsyncIterator[Message]]) -> AsyncIterator[Message]:
    """Ties keep the order of the topics: what one of them tells first is told first every time."""
    heads = [head for head in [await _next(number, stream) for number, stream in zip(count(), streams)] if head]
    while heads:
        heads.sort(key=lambda head: head[:2])
        _, number, message, stream = heads.pop(0)
        yield message
        if (head := await _next(number, stream)) is not None:
            heads.append(head)


async def _next(number: int, stream: AsyncIterator[Message]) -> Head | None:
    message = await anext(stream, None)
    return None if message is None else (message.timestamp.timestamp(), number, message, stream)
