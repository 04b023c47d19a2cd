"""The consumer group's side of one partition: where it stands, where to go, what is done."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from streams.audit.errors import SinkStoppedError
from streams.audit.place import Partition
from streams.audit.resume import TopicShrunkError, check_end
from streams.delivery.retry import waits
from streams.log import logger

_log = logger("sink")
_T = TypeVar("_T")
_COMMIT_S = 10.0


class Source:
    """One partition as assigned to this consumer."""

    def __init__(self, consumer: AIOKafkaConsumer, partition: Partition) -> None:
        self._consumer = consumer
        self._tp = TopicPartition(partition.topic, partition.number)
        self._partition = partition

    def pause(self) -> None:
        """Fetch nothing until `seek`: the committed offset may lie behind what has landed."""
        self._consumer.pause(self._tp)

    async def committed(self) -> int | None:
        """The group's committed offset, i.e. the next to read; None when it never committed."""
        offset: int | None = await self._consumer.committed(self._tp)
        return offset

    async def seek(self, offset: int) -> None:
        """Read on at `offset`. SinkStoppedError when the topic ends before it."""
        begin = (await self._consumer.beginning_offsets([self._tp]))[self._tp]
        end = (await self._consumer.end_offsets([self._tp]))[self._tp]
        try:
            check_end(offset, end)
        except TopicShrunkError as error:
            remedy = "delete its entries from ingest_batches, then start the sink again: what has landed stays, once"
            rule = f"{error}: it was deleted and made anew"
            raise SinkStoppedError(str(self._partition), rule, remedy) from None
        if 0 < offset < begin:
            facts = {"place": str(self._partition), "first": offset, "last": begin - 1}
            _log.error("retention removed records before they landed", extra=facts)
        self._consumer.seek(self._tp, max(offset, begin))
        self._consumer.resume(self._tp)

    async def commit(self, offset: int) -> None:
        """Commit the next offset to read. A failure loses nothing: what was read again is known by its identity."""
        try:
            async with asyncio.timeout(_COMMIT_S):
                await self._consumer.commit({self._tp: offset})
        except (KafkaError, IllegalStateError, TimeoutError) as error:
            facts = {"place": str(self._partition), "error": type(error).__name__}
            _log.warning("the commit failed; the next one makes up for it", extra=facts)

    def end(self) -> int | None:
        """The partition's end offset as of the last fetch; None when not known yet."""
        if self._tp not in self._consumer.assignment():
            return None
        end: int | None = self._consumer.highwater(self._tp)
        return end


async def patiently(what: str, place: str, call: Callable[[], Awaitable[_T]]) -> _T:
    """Call Kafka until it answers; what fails with a KafkaError or a time-out is repeated."""
    pauses = waits()
    while True:
        try:
            return await call()
        except (KafkaError, TimeoutError) as error:
            facts = {"place": place, "what": what, "error": type(error).__name__}
            _log.warning("Kafka does not answer: trying again", extra=facts)
        await asyncio.sleep(next(pauses))
