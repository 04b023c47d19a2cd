"""Reading a table's store whole. With streams.delivery.table, the one place that knows Faust's stores."""

from collections.abc import Collection, Iterator
from typing import Any

import orjson

from streams.delivery.state import WAKE_AT, State

_NAMED = f'"{WAKE_AT}"'.encode()


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
