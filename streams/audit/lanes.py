"""The lanes of the partitions that the group gave to this consumer; they come and go with rebalances."""

import asyncio
import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from avro_schemas.schemas import SchemaName
from streams.audit.lane import Lane, Tools
from streams.audit.place import Partition
from streams.audit.source import Source
from streams.audit.tables import Table
from streams.delivery.message import Message

Routes = Mapping[str, tuple[SchemaName, Sequence[Table]]]


class Lanes(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka's classes are untyped
    """One lane a partition."""

    def __init__(self, consumer: AIOKafkaConsumer, routes: Routes, tools: Tools, drain_s: float) -> None:
        self.changed = asyncio.Event()
        self.assigned = False
        self._consumer = consumer
        self._routes = routes
        self._tools = tools
        self._drain_s = drain_s
        self._lanes: dict[TopicPartition, Lane] = {}

    def __iter__(self) -> Iterator[Lane]:
        return iter(tuple(self._lanes.values()))

    @property
    def ready(self) -> bool:
        """Whether the group has answered, and every lane knows where to read on."""
        return self.assigned and all(lane.ready for lane in self)

    def subscribe(self) -> None:
        """Ask the group for partitions of all routes."""
        self._consumer.subscribe(topics=list(self._routes), listener=self)

    async def read(self, within_s: float) -> None:
        """Read what the lanes have room for, or wait until one has; returns after `within_s` at the latest."""
        hungry = [tp for tp, lane in self._lanes.items() if lane.hungry]
        if hungry:
            limit = self._tools.limits.rows
            self._put(await self._consumer.getmany(*hungry, timeout_ms=int(within_s * 1000), max_records=limit))
            return
        self.changed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self.changed.wait()

    def _put(self, records: Mapping[TopicPartition, Iterable[Any]]) -> None:
        at = asyncio.get_running_loop().time()
        for tp, some in records.items():
            if tp in self._lanes:
                self._lanes[tp].put([Message.of(record) for record in some], at)

    def raise_failure(self) -> None:
        """Raise what ended a lane, if one has failed."""
        for lane in self:
            if lane.failure is not None:
                raise lane.failure

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Finish the batches in flight, so that the next owner finds them landed and entered."""
        lanes = [self._lanes.pop(tp) for tp in tuple(revoked) if tp in self._lanes]
        self.assigned = False
        await self._end(lanes, flush=False)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Open a lane for each; it asks where to read on by itself, so that the group never waits for ClickHouse."""
        for tp in assigned:
            partition = Partition(tp.topic, tp.partition)
            source = Source(self._consumer, partition)
            self._lanes[tp] = Lane(partition, self._routes[tp.topic], source, self._tools, self.changed.set)
        self.assigned = True
        self.changed.set()

    async def close(self) -> None:
        """Land all that was read, and end."""
        lanes, self._lanes = list(self), {}
        await self._end(lanes, flush=True)

    async def _end(self, lanes: Sequence[Lane], *, flush: bool) -> None:
        await asyncio.gather(*(lane.stop(flush=flush, within_s=self._drain_s) for lane in lanes))
