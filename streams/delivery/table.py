"""A Faust table whose local store follows its changelog, and nothing else.

Faust declares the table, assigns its partitions beside their sources', recovers it from the changelog and keeps standby
copies. What it does when a stage writes is not used: it hands the change to its own producer, which confirms it to
nobody. Here a change is a record of the changelog first, confirmed by the broker, and is then taken into the store the
same way that recovery takes it. So the store, which may be lost at any time, never knows more than the changelog.

The partitions of a table are served from the end of their recovery until they go (`serves`).
"""

import asyncio
import weakref
from collections.abc import Mapping, Sequence
from typing import Any, cast

import orjson
from faust import streams as faust_streams
from faust.types import TP

from streams.delivery.failure import StageFailedError, TableBrokenError
from streams.delivery.message import Output
from streams.delivery.state import WAKE_AT, State
from streams.delivery.stored import Event, Place, decoded, stored_timers, wake_at_of
from streams.delivery.timers import Timers
from streams.log import logger

_log = logger("table")
# States looked at before whatever else is due on the loop has its turn.
_AT_ONCE = 2000
# RocksDB's defaults are for a server of its own: per partition these are what a table of some hundred MB needs.
STORE_OPTIONS = {
    "write_buffer_size": 8 * 1024 * 1024,
    "max_write_buffer_number": 2,
    "target_file_size_base": 16 * 1024 * 1024,
    "block_cache_size": 16 * 1024 * 1024,
    "max_open_files": 256,
}


class Slice:
    """One partition of a table, as a batch reads it."""

    def __init__(self, table: "Table", partition: int) -> None:
        self._table = table
        # Faust's stores find the partition through the current event, which only Faust's own streams set.
        self._event = Event(Place(partition, TP(table.changelog, partition), -1, b"", None))

    def get(self, key: str) -> State | None:
        """See streams.delivery.state.Readable."""
        token = faust_streams._current_event.set(weakref.ref(cast(Any, self._event)))
        try:
            return self._table.read(key)
        finally:
            faust_streams._current_event.reset(token)


class Table:
    """The state of one stage: JSON objects by string key, partitioned as the stage's sources are."""

    def __init__(self, app: Any, name: str, partitions: int, *, on_disk: bool = True) -> None:
        """Declares the table and its changelog with Faust; `partitions`: as many as each of the stage's sources has.

        `on_disk`: RocksDB under the worker's data directory, which a restart goes on from. Without it the state is in
        memory and read back from the changelog at every start: personal data must not outlive the changelog on a disk.
        """
        self.changelog = f"{app.conf.id}-{name}-changelog"
        self.partitions = partitions
        self.stages: list[str] = []
        """Names of the stages that keep their state in it."""
        self.waking = False
        """Whether its states may name a time to be woken at."""
        self._app = app
        self._broken: str | None = None
        self._timers: Mapping[int, Timers] = {}
        """Timers of the partitions that are served."""
        self._assignment = 0
        # Raw, so that a record that cannot be read is ours to see: Faust would warn, and leave it out.
        topic = app.topic(
            self.changelog,
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
            partitions=partitions,
            compacting=True,
            acks=False,
            internal=True,
            allow_empty=True,
            maxsize=10_000,
        )
        self._table = app.Table(
            name,
            partitions=partitions,
            key_type=str,
            changelog_topic=topic,
            on_changelog_event=self._recovering,
            # With a path, however short: Faust takes an URL without one for none.
            store=None if on_disk else "memory:///",
            options=dict(STORE_OPTIONS) if on_disk else None,
        )
        self._table.on_recover(self._recovered)
        # The store in memory keeps decoded states; RocksDB takes the records as they are and does not ask.
        self._table._to_key, self._table._to_value = orjson.loads, decoded

    def serves(self, partition: int) -> bool:
        """Whether the partition is this worker's, not a copy, and recovered."""
        return partition in self._timers

    def timers(self, partition: int) -> Timers:
        """Timers of a partition that is served."""
        return self._timers[partition]

    def ringing(self, now: int) -> list[int]:
        """Partitions with a timer that rings; `now`: epoch milliseconds."""
        return [partition for partition, timers in sorted(self._timers.items()) if timers.ringing(now)]

    def release(self) -> None:
        """The partitions go: from now on none is served, until the next recovery has ended."""
        self._assignment += 1
        self._timers = {}

    async def _recovered(self) -> None:
        """Called by Faust when the active partitions hold all that their changelogs do."""
        self._assignment += 1
        assignment, actives = self._assignment, self._app.assignor.assigned_actives()
        found = {tp.partition: Timers() for tp in actives if tp.topic == self.changelog}
        try:
            if self.waking:
                await self._read_timers(found)
        except Exception as error:
            # Faust does not look at what its callbacks end with.
            await self.give_up(f"{len(found)} partitions", f"not to be read for timers ({type(error).__name__})")
            return
        # The next rebalance may have overtaken this one.
        if assignment == self._assignment:
            self._timers = found

    async def _read_timers(self, found: Mapping[int, Timers]) -> None:
        for number, timer in enumerate(stored_timers(self._table.data, found)):
            if timer is not None:
                partition, key, at = timer
                found[partition].set(key, at)
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)

    def at(self, partition: int) -> Slice:
        """One partition, to be read."""
        return Slice(self, partition)

    def read(self, key: str) -> State | None:
        """State of the key in the current event's partition; TableBrokenError when recovery failed."""
        if self._broken is not None:
            raise TableBrokenError(self._broken)
        found: State | None = self._table.data.get(key)
        # None is what Faust's stores answer for a key that is not there; an empty state says no more than none.
        return found or None

    def records(self, partition: int, changed: Mapping[str, State | None]) -> list[Output]:
        """The changes as records of the changelog, a deletion as a tombstone. StageFailedError for a wrong timer."""
        store = self._table.data
        for state in changed.values():
            if state is not None and WAKE_AT in state:
                self._must_wake(state)
        return [
            Output(
                self.changelog,
                store._encode_key(key),
                None if state is None else store._encode_value(state),
                partition=partition,
            )
            for key, state in changed.items()
        ]

    def _must_wake(self, state: State) -> None:
        if not self.waking:
            raise StageFailedError(f"a state of {self.changelog} names {WAKE_AT}, and its stage has no `wake`")
        if type(state[WAKE_AT]) is not int:
            raise StageFailedError(f"a state of {self.changelog} names a {WAKE_AT} that is no int: epoch milliseconds")

    def apply(self, partition: int, records: Sequence[Output], offsets: Sequence[int]) -> None:
        """Take confirmed records of the changelog into the store; `offsets`: what the broker gave them."""
        if not records:
            return
        tp = TP(self.changelog, partition)
        events = [
            Event(Place(partition, tp, offset, record.key or b"", record.value))
            for record, offset in zip(records, offsets, strict=True)
        ]
        self._table.apply_changelog_batch(events)
        if self.waking and (timers := self._timers.get(partition)) is not None:
            for record in records:
                timers.set(orjson.loads(record.key or b""), wake_at_of(record.value))

    async def _recovering(self, event: Any) -> None:
        """Called by Faust with every record that it recovers: it must be one of ours."""
        message = event.message
        try:
            if not isinstance(orjson.loads(message.key), str):
                raise TypeError("a key that is no string")
            if message.value is not None and not isinstance(orjson.loads(message.value), dict):
                raise TypeError("a value that is no object")
        except (TypeError, ValueError) as error:
            await self.give_up(
                f"{message.topic}[{message.partition}]@{message.offset}", f"no state ({type(error).__name__})"
            )

    async def give_up(self, place: str, rule: str) -> None:
        """End the worker: `place` of the changelog cannot be taken into the table."""
        self._broken = (
            f"table {self.changelog}: {place} is {rule}: find out who wrote there; to go on without the state, delete "
            "the changelog's records up to there and the table's folder under INLAND_DATA_DIR"
        )
        _log.error("the table cannot be recovered", extra={"place": place, "table": self.changelog, "rule": rule})
        await self._app.crash(TableBrokenError(self._broken))
