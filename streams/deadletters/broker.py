"""All that a replay asks of Kafka, each with a deadline: letters, where groups stand, putting back, remembering."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.deadletters.letter import Letter
from streams.deadletters.settled import Settled
from streams.delivery.deadletters import REPLAYS, Cause, original_headers
from streams.delivery.message import Output
from streams.delivery.outbox import Outbox
from streams.delivery.partitions import partitions_of
from streams.delivery.reading import Span, present, read_span

GROUP = "inland-dlq-replay"
"""The consumer group whose committed offsets say what was replayed; no process is ever a member of it."""
_TIMEOUT_S = 30.0


class BrokerError(Exception):
    """Kafka did not answer, or lacks what is needed; the text says what helps."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A letter that stands in its topic again."""

    letter: Letter
    cause: Cause
    partition: TopicPartition
    offset: int


@asynccontextmanager
async def answered(what: str) -> AsyncIterator[None]:
    """A deadline on what is asked of Kafka; BrokerError when it passes."""
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            yield
    except TimeoutError:
        raise BrokerError(f"Kafka did not {what} within {_TIMEOUT_S:g} s: is it up? Run the command again") from None


class Broker:
    """Connections of one command; leave the block to close them."""

    def __init__(self, bootstrap: str) -> None:
        given: dict[str, Any] = {"bootstrap_servers": bootstrap, "client_id": GROUP}
        self._admin = AIOKafkaAdminClient(**given, request_timeout_ms=10_000)
        # At a topic's end the broker keeps a fetch waiting, and another partition's would have to wait for that.
        reading: dict[str, Any] = {**given, "enable_auto_commit": False, "fetch_max_wait_ms": 50}
        self._reader = AIOKafkaConsumer(**reading, group_id=None)
        self._scout = AIOKafkaConsumer(**reading, group_id=None)
        self._keeper = AIOKafkaConsumer(**given, group_id=GROUP, enable_auto_commit=False)
        self._outbox = Outbox(bootstrap, GROUP, _TIMEOUT_S)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with answered("accept a connection"), AsyncExitStack() as stack:
            stack.push_async_callback(self._admin.close)
            await self._admin.start()
            for client in (self._reader, self._scout, self._keeper, self._outbox):
                stack.push_async_callback(client.stop)
                await client.start()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def partitions(self, topic: str) -> list[TopicPartition]:
        """The topic's partitions; RangeError when there is no such topic."""
        async with answered("describe a topic"):
            return present(await partitions_of(self._admin, [topic]), topic)

    async def held(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, Span]:
        """The offsets that each partition holds now."""
        async with answered("tell where partitions begin and end"):
            begins = await self._reader.beginning_offsets(list(partitions))
            ends = await self._reader.end_offsets(list(partitions))
        return {tp: Span(tp, begins[tp], ends[tp]) for tp in partitions}

    async def letters(self, span: Span) -> AsyncGenerator[Letter, None]:
        """The letters of a span; one span at a time."""
        async for message in read_span(self._reader, span):
            yield Letter.of(message)

    async def new_letters(self, span: Span) -> AsyncGenerator[Letter, None]:
        """The same, while `letters` is under way on another span."""
        async for message in read_span(self._scout, span):
            yield Letter.of(message)

    async def settled(self, held: Mapping[TopicPartition, Span]) -> dict[TopicPartition, Settled]:
        """What was replayed, by partition."""
        async with answered("tell a group's offsets"):
            committed = await self._admin.list_consumer_group_offsets(GROUP, partitions=list(held))
        return {tp: Settled.of(committed.get(tp)).within(span.first, span.end) for tp, span in held.items()}

    async def committed(self, group: str, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """The next offset that the group will read, by partition; -1 where it has never committed."""
        async with answered("tell a group's offsets"):
            told = await self._admin.list_consumer_group_offsets(group, partitions=list(partitions))
        return {tp: found.offset for tp, found in told.items()}

    def keep(self, partitions: Sequence[TopicPartition]) -> None:
        """Name the partitions that `remember` will be about."""
        self._keeper.assign(partitions)
        self._keeper.pause(*partitions)

    async def remember(self, partition: TopicPartition, settled: Settled) -> None:
        """Commit what was replayed."""
        async with answered("take a commit"):
            await self._keeper.commit({partition: settled.commit})

    async def put_back(self, letters: Sequence[tuple[Letter, Cause]]) -> list[Placed]:
        """Write the original records to the partitions they came from; where they stand, once the broker has all."""
        async with answered("confirm what was put back"):
            offsets = await self._outbox.deliver([_original(letter, cause) for letter, cause in letters])
        return [
            Placed(letter, cause, TopicPartition(cause.topic, cause.partition), offset)
            for (letter, cause), offset in zip(letters, offsets, strict=True)
        ]


def _original(letter: Letter, cause: Cause) -> Output:
    message = letter.message
    headers = (*original_headers(message), (REPLAYS, str(cause.replays + 1).encode()))
    return Output(cause.topic, message.key, message.value, headers, cause.partition)
