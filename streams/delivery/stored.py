"""What Faust's stores take and give. With streams.delivery.table, the one place that knows them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
from faust.types import TP

from streams.delivery.state import WAKE_AT, State

_NAMED = f'"{WAKE_AT}"'.encode()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record of a changelog stands, and the record."""

    partition: int
    tp: TP
    offset: int
    key: bytes = field(repr=False)
    value: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Event:
    """As much of a Faust event as Faust's stores look at."""

    message: Place

    @property
    def key(self) -> bytes:
        """Key of the record."""
        return self.message.key

    @property
    def value(self) -> bytes | None:
        """Its value; None for a tombstone."""
        return self.message.value


def decoded(value: bytes | None) -> State | None:
    """A state as the store in memory keeps it; None for a tombstone."""
    return None if value is None else cast(State, orjson.loads(value))


def wake_at(state: State) -> int | None:
    """The time that a state names, epoch milliseconds."""
    at = state.get(WAKE_AT)
    return at if type(at) is int else None


def wake_at_of(value: bytes | None) -> int | None:
    """The same of a state as its changelog has it; one that names none is not decoded."""
    return None if value is None or _NAMED not in value else wake_at(orjson.loads(value))


def stored_timers(store: Any, partitions: Collection[int]) -> Iterator[tuple[int, str, int] | None]:
    """Partition, key and time of every state that names one; None for each that does not, so that others have a turn.

    The store may change between two steps, if not in these partitions.
    """
    if hasattr(store, "_key_partition"):
        yield from _in_memory(store, partitions)
    else:
        yield from _on_disk(store, partitions)


def _in_memory(store: Any, partitions: Collection[int]) -> Iterator[tuple[int, str, int] | None]:
    for key, partition in list(store._key_partition.items()):
        at = wake_at(store.data.get(key) or {}) if partition in partitions else None
        yield None if at is None else (partition, key, at)


def _on_disk(store: Any, partitions: Collection[int]) -> Iterator[tuple[int, str, int] | None]:
    for partition in partitions:
        for key, value in store._visible_items(store._db_for_partition(partition)):
            at = wake_at_of(value)
            yield None if at is None else (partition, orjson.loads(key), at)
