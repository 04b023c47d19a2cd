"""One partition's way into ClickHouse. For every batch, in this order:

1. decode; what cannot be read goes to the dead letters, confirmed by the broker;
2. ask which identities have landed, and insert the others into each table;
3. enter the batch in the ledger;
4. commit; this and the ledger may wait for a few batches more.

A crash between any two repeats the batches above the last commit, and step 2 leaves out what a table already holds.
Only a dead letter may be seen twice; its headers name the offset.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

from avro_schemas.codec import Codec
from avro_schemas.registry import RegistryError
from avro_schemas.schemas import SchemaName
from streams.audit import landed, metrics
from streams.audit.batch import BatchLimits, Buffer
from streams.audit.entry import Times, entry
from streams.audit.identity import Sorted
from streams.audit.landing import land
from streams.audit.ledger import Ledger
from streams.audit.place import Partition
from streams.audit.reading import Read, Refused, read
from streams.audit.resume import resume_offset
from streams.audit.rows import newest_capture
from streams.audit.source import Source, patiently
from streams.audit.store import Store
from streams.audit.tables import Table
from streams.clock import now
from streams.delivery.deadletters import dead_letter
from streams.delivery.limit import Refusals
from streams.delivery.message import Message
from streams.delivery.outbox import Outbox
from streams.delivery.retry import waits
from streams.log import logger
from streams.tracing.landing import landing
from topics.names import consumer_group

_log = logger("sink")
STAGE = "sink"
GROUP = consumer_group("sink")


@dataclass(frozen=True, slots=True)
class Tools:
    """What all lanes share."""

    codec: Codec
    store: Store
    outbox: Outbox
    refusals: Refusals
    limits: BatchLimits


class Woken(Protocol):
    """Called when a lane has room again, or has ended."""

    def __call__(self) -> None:
        """Look again."""


class Lane:
    """Lands one partition for as long as it is assigned."""

    def __init__(
        self,
        partition: Partition,
        route: tuple[SchemaName, Sequence[Table]],
        source: Source,
        tools: Tools,
        woken: Woken,
    ) -> None:
        self.partition = partition
        self.buffer = Buffer(tools.limits)
        self.ready = False
        self._schema, self._tables = route
        self._source = source
        self._tools = tools
        self._woken = woken
        self._ledger = Ledger(tools.store, partition)
        self._entered = -1
        self._next = 0
        self._wake = asyncio.Event()
        self._closing = False
        self._flushing = False
        source.pause()
        self._task = asyncio.create_task(self._run(), name=f"lane {partition}")
        self._task.add_done_callback(lambda _: woken())

    @property
    def hungry(self) -> bool:
        """Whether records of the partition should be read from Kafka now."""
        return self.ready and not self._closing and not self.buffer.full

    @property
    def failure(self) -> BaseException | None:
        """What ended the lane; None while it runs or when it ended well."""
        if not self._task.done() or self._task.cancelled():
            return None
        return self._task.exception()

    @property
    def lag(self) -> int | None:
        """Records between the next to land and the partition's end; None when the end is not known yet."""
        end = self._source.end()
        return None if end is None or not self.ready else max(0, end - self._next)

    def put(self, messages: Sequence[Message], at: float) -> None:
        """Take records that were read; `at`: monotonic seconds. What came before the lane knew its place is left."""
        if not self.ready:
            return
        for message in messages:
            if message.offset >= self._next:
                self.buffer.put(message, at)
        self._wake.set()

    async def stop(self, *, flush: bool, within_s: float) -> None:
        """End after the batch in flight, or after all that was read (`flush`); cancelled when that takes too long.

        A cancelled insert may still land: who owns the partition next waits for it (Store.settled).
        """
        self._closing, self._flushing = True, flush and self.ready
        self._wake.set()
        if not self.ready:
            self._task.cancel()
        _done, late = await asyncio.wait({self._task}, timeout=within_s)
        for task in late:
            task.cancel()
            await asyncio.wait({task})

    async def _run(self) -> None:
        await self._resume()
        while await self._due():
            messages = self.buffer.take()
            with metrics.BATCH_SECONDS.labels(self.partition.topic).time(), landing(messages):
                await self._land(messages)
            self._woken()
        await self._settle()

    async def _resume(self) -> None:
        store, place = self._tools.store, str(self.partition)
        await store.settled(self.partition)
        committed = await patiently("ask for the committed offset", place, self._source.committed)
        entered = await landed.entered(store, self.partition)
        self._entered = -1 if entered is None else entered
        self._next = resume_offset(committed, entered)
        await patiently("go to the offset", place, lambda: self._source.seek(self._next))
        self.ready = True
        _log.info("reading on", extra={"place": place, "offset": self._next, "committed": committed})
        self._woken()

    async def _due(self) -> bool:
        clock = asyncio.get_running_loop().time
        while not self._closing:
            if self._ledger.due_in(clock()) == 0:
                await self._settle()
            wait_s = self.buffer.due_in(clock())
            if wait_s == 0:
                return True
            self._wake.clear()
            waits_s = [one for one in (wait_s, self._ledger.due_in(clock())) if one is not None]
            try:
                async with asyncio.timeout(min(waits_s, default=None)):
                    await self._wake.wait()
            except TimeoutError:
                continue
        return self._flushing and len(self.buffer) > 0

    async def _land(self, messages: Sequence[Message]) -> None:
        read = await self._read(messages)
        unreadable = {one.message.offset for one in read.refused}
        self._tools.refusals.take([message.offset in unreadable for message in messages])
        # What the ledger knows is in the dead letters already.
        await self._bury([one for one in read.refused if one.message.offset > self._entered])
        store, landed_at = self._tools.store, now()
        batch = await land(partial(landed.standing, store), store.insert, self._tables, read.rows, landed_at)
        await self._enter(messages, read, batch, landed_at)

    async def _enter(self, messages: Sequence[Message], read: Read, batch: Sorted, landed_at: datetime) -> None:
        rows = read.rows.only({*batch.new.offsets, *batch.landed.offsets})
        captured_at = newest_capture(self._tables[0], rows) if rows.offsets else messages[-1].timestamp
        offsets, refused = [one.offset for one in messages], [one.message.offset for one in read.refused]
        times = Times(captured_at, landed_at, now())
        said = entry(self.partition, offsets, batch, refused=refused, entered=self._entered, times=times)
        self._next = offsets[-1] + 1
        if said is None:
            await self._source.commit(self._next)
            return
        for table in self._tables:
            metrics.REPEATED.labels(table.name).inc(said.repeated)
        self._entered = said.last_offset
        self._ledger.add(said, asyncio.get_running_loop().time())

    async def _settle(self) -> None:
        last = await self._ledger.flush()
        if last is not None:
            await self._source.commit(last + 1)

    async def _read(self, messages: Sequence[Message]) -> Read:
        pauses = waits()
        while True:
            try:
                return read(messages, self.partition, self._schema, self._tools.codec)
            except RegistryError:
                _log.warning("the schema registry does not answer: trying again", extra={"place": str(self.partition)})
            await asyncio.sleep(next(pauses))

    async def _bury(self, refused: Sequence[Refused]) -> None:
        failed_at = now()
        by = {"stage": STAGE, "group": GROUP}
        letters = [dead_letter(one.message, one.why, **by, attempts=1, failed_at=failed_at) for one in refused]
        for one in refused:
            facts = {"place": one.message.place, "stage": STAGE, "rule": one.why.rule, "remedy": one.why.remedy}
            _log.warning("refused: kept as a dead letter", extra=facts)
        await patiently("write dead letters", str(self.partition), lambda: self._tools.outbox.deliver(letters))
        metrics.DEAD_LETTERS.labels(self.partition.topic).inc(len(letters))
