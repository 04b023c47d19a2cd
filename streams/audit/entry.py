"""What the batch ledger says of a batch: every offset is accounted for, once. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from streams.audit.identity import Sorted
from streams.audit.place import Partition


@dataclass(frozen=True, slots=True)
class Entry:
    """One batch, fields as the columns of `ingest_batches`. Offsets inclusive; times UTC.

    `rows` + `repeated` + `dead_letters` are its records. `recovered`: some rows had landed before a crash, so that
    `landed_at` and `visible_at` are the times of their discovery.
    """

    topic: str
    partition: int
    first_offset: int
    last_offset: int
    rows: int
    repeated: int
    dead_letters: int
    max_captured_at: datetime
    landed_at: datetime
    visible_at: datetime
    recovered: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """Of a batch: its youngest news, when it was sent, when ClickHouse had it."""

    max_captured_at: datetime
    landed_at: datetime
    visible_at: datetime


def entry(  # noqa: PLR0913  # all that a batch is
    partition: Partition, read: Sequence[int], batch: Sorted, *, refused: Sequence[int], entered: int, times: Times
) -> Entry | None:
    """The entry of a batch; None when the ledger has all of it.

    `read`: the offsets of all its records, in order; `refused`: of those that became dead letters. What lies at or
    below `entered`, the last offset that the ledger knows, was counted before.
    """

    def owed(offsets: Sequence[int]) -> int:
        return sum(offset > entered for offset in offsets)

    first = next((offset for offset in read if offset > entered), None)
    if first is None:
        return None
    found = owed(batch.landed.offsets)
    counts = (owed(batch.new.offsets) + found, owed(batch.repeated.offsets), owed(refused))
    said = (times.max_captured_at, times.landed_at, times.visible_at)
    return Entry(partition.topic, partition.number, first, read[-1], *counts, *said, recovered=found > 0)
