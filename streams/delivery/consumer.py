"""Faust's consumer, reading whole batches and acknowledging what is done. The one place that reaches into Faust.

What Faust 0.15 does instead, and why it is not used (paths in the package `faust`):

- `transport/consumer.py`, `_drain_messages`: two tasks, a lock and a queue per message. It forwards at a fifth to a
  third of what the driver underneath can do.
- `Consumer._new_offset`: commits past a message that was never acknowledged when a later one was, off by one
  (faust-streaming issue 606). Here the next offset to read is the one behind the last of the messages that are done, in
  order, always.
- `Consumer.wait_empty`: waits for ever for messages under way, with or without a reason to hope. Here it has a
  deadline.
- `AIOKafkaConsumerThread._commit`: any failure of a commit ends the worker. Here it is tried again; what is committed
  late is only read twice after a crash.
- `Consumer.getmany`: what was fetched before a rebalance is dropped without going back to where it began.
- `perform_seek`: does not go back where nothing is committed yet (streams.delivery.position).
- Queues that are emptied when the flow resumes: see streams.delivery.channel.

Group, assignment, table recovery and life cycle stay Faust's.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka.errors import CommitFailedError, ConsumerStoppedError, IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.transport.drivers.aiokafka import Consumer as FaustConsumer
from faust.types import TP
from mode import Service

from streams.delivery.acknowledgements import Acknowledgements
from streams.delivery.lanes import Lanes
from streams.delivery.position import back_to_committed
from streams.delivery.retry import waits
from streams.log import logger

_log = logger("consumer")
_POLL_S = 1.0
# While full partitions are left out, whoever waits for the others must soon look at them again.
_SHORT_POLL_S = 0.02
# Faust has the broker hold a fetch for 1.5 s when there is nothing, and no other goes to that broker meanwhile: an
# idle partition would hold up a busy one.
_FETCH_WAIT_MS = 100
_NOTHING: Mapping[TP, Sequence[Any]] = {}


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds. `drain`: for batches under way when partitions go; `commit`: for one commit."""

    drain: float
    commit: float


class _Thread(AIOKafkaConsumerThread):
    def __init__(self, *args: Any, is_source: Callable[[str], bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._is_source = is_source

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """See streams.delivery.position."""
        found: Mapping[TP, int] = await self.call_thread(back_to_committed, self._ensure_consumer(), self._is_source)
        return found

    def _create_consumer(self, loop: asyncio.AbstractEventLoop) -> Any:
        consumer = super()._create_consumer(loop)
        consumer._fetch_max_wait_ms = _FETCH_WAIT_MS
        return consumer


class BatchConsumer(FaustConsumer):
    """Faust's consumer with those parts replaced that lose data or time."""

    app: Any  # Faust's own interface names less than its app has

    def __init__(
        self, *args: Any, lanes: Lanes, acknowledgements: Acknowledgements, deadlines: Deadlines, **kwargs: Any
    ) -> None:
        # First, since Faust makes the thread while it initialises.
        self._lanes = lanes
        super().__init__(*args, **kwargs)
        self._acknowledgements = acknowledgements
        self._deadlines = deadlines
        self._committing = asyncio.Lock()
        self._astray = False
        """Whether records were fetched and dropped: the position is behind them, and has to go back."""

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _Thread(self, loop=self.loop, beacon=self.beacon, is_source=self._lanes.takes)

    async def _drain_messages(self, fetcher: Any) -> None:
        """Faust's fetcher runs this for as long as it lives."""
        try:
            while not (self.should_stop or fetcher.should_stop):
                await self._hand_over(await self._fetch())
        except (asyncio.CancelledError, ConsumerStoppedError):
            if not self.app.should_stop:
                raise

    async def _fetch(self) -> Mapping[TP, Sequence[Any]]:
        if not self.flow_active:
            await self.wait(self.can_resume_flow.wait())
            return _NOTHING
        if self._astray:
            await self._go_back()
            return _NOTHING
        generation, active = self.app.consumer_generation_id, self._get_active_partitions()
        self._lanes.room.clear()
        wanted = {tp for tp in active if not self._lanes.full(tp)}
        if not wanted:
            await self._wait_for_room()
            return _NOTHING
        records = await self._poll(wanted, _POLL_S if len(wanted) == len(active) else _SHORT_POLL_S)
        if records and not (self.flow_active and generation == self.app.consumer_generation_id):
            self._astray = True
            return _NOTHING
        return records or _NOTHING

    async def _poll(self, wanted: set[TP], within_s: float) -> Mapping[TP, Sequence[Any]]:
        try:
            async with asyncio.timeout(within_s + self._deadlines.commit):
                found: Mapping[TP, Sequence[Any]] = await self._getmany(wanted, within_s)
                return found
        except TimeoutError:
            _log.warning("a fetch did not come back", extra={"partitions": len(wanted)})
            self._astray = True
            return _NOTHING

    async def _go_back(self) -> None:
        try:
            async with asyncio.timeout(self._deadlines.commit):
                await self.perform_seek()
            self._astray = False
        except (KafkaError, IllegalStateError, TimeoutError) as error:
            _log.warning("cannot go back to the committed offsets yet", extra={"error": type(error).__name__})
            await self.sleep(_SHORT_POLL_S)

    async def _wait_for_room(self) -> None:
        try:
            async with asyncio.timeout(_POLL_S / 10):
                await self._lanes.room.wait()
        except TimeoutError:
            return

    async def _hand_over(self, records: Mapping[TP, Sequence[Any]]) -> None:
        if not records:
            return
        self._lanes.put({tp: some for tp, some in records.items() if self._lanes.takes(tp.topic)})
        for tp, some in records.items():
            if not self._lanes.takes(tp.topic):
                await self._recover(tp, some)

    async def _recover(self, tp: TP, records: Sequence[Any]) -> None:
        """Changelogs go to Faust's recovery; what is left out when the flow stops is read again from where it was."""
        queue = self.app.tables.changelog_queue
        for record in records:
            message = self._to_message(tp, record)
            event = self.app.create_event(message.key, message.value, message.headers, message)
            if queue.full():
                waited = await self.wait_first(queue.put(event), self.suspend_flow.wait())
                if waited.stopped or not self.flow_active:
                    return
            else:
                queue.put_nowait(event)

    @Service.task
    async def _acknowledge(self) -> None:
        pauses = waits()
        while not self.should_stop:
            await self._acknowledgements.due()
            if await self.commit():
                pauses = waits()
            else:
                await self.sleep(next(pauses))

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:
        """Commit what is done. False when the broker did not take it: it stays due."""
        async with self._committing:
            offsets = self._acknowledgements.take()
            if not offsets:
                return True
            error = await self._commit_offsets_in_time(offsets)
            if error is None:
                return True
            facts = {"error": type(error).__name__, "partitions": len(offsets)}
            if isinstance(error, CommitFailedError | IllegalStateError):
                _log.warning("the partitions have gone: their new owner repeats what was not committed", extra=facts)
                return True
            _log.warning("the commit failed: it is tried again", extra=facts)
            self._acknowledgements.give_back(offsets)
            return False

    async def _commit_offsets_in_time(self, offsets: Mapping[TP, int]) -> BaseException | None:
        try:
            # The thread keeps the deadline; this one is for a thread that does not answer at all.
            async with asyncio.timeout(self._deadlines.commit * 2):
                error: BaseException | None = await self._thread.call_thread(self._commit_in_thread, offsets)
                return error
        except TimeoutError as late:
            return late

    async def _commit_in_thread(self, offsets: Mapping[TP, int]) -> BaseException | None:
        consumer = self._thread._ensure_consumer()
        mine = consumer.assignment()
        given = {
            TopicPartition(*tp): OffsetAndMetadata(offset, "")
            for tp, offset in offsets.items()
            if TopicPartition(*tp) in mine
        }
        try:
            async with asyncio.timeout(self._deadlines.commit):
                if given:
                    await consumer.commit(given)
        except (KafkaError, IllegalStateError, TimeoutError) as error:
            return error
        return None

    async def wait_empty(self) -> None:
        """Faust calls this before partitions go and before it stops: end what is under way, and commit it."""
        self.app.tables.changelog_queue.clear()
        await self._lanes.drain(self._deadlines.drain)
        await self.commit()

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust's own look at slow streams knows nothing of batches; `inland watch` looks from outside."""
