"""Decoded records -> blocks of columns, one block a table. Pure."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from streams.audit.columns import Record, reader
from streams.audit.place import Partition
from streams.audit.tables import Table


@dataclass(frozen=True, slots=True)
class Rows:
    """Readable records of one partition, by rising offset, one row each."""

    partition: Partition
    offsets: Sequence[int]
    records: Sequence[Record] = field(repr=False)

    def only(self, offsets: Container[int]) -> "Rows":
        """Those at the offsets."""
        kept = [at for at, offset in enumerate(self.offsets) if offset in offsets]
        if len(kept) == len(self.offsets):
            return self
        return Rows(self.partition, [self.offsets[at] for at in kept], [self.records[at] for at in kept])


@dataclass(frozen=True, slots=True)
class Block:
    """What one insert carries: the same bytes and the same token however often it is tried."""

    table: Table
    partition: Partition
    first: int
    last: int
    landed_at: datetime
    columns: Sequence[Sequence[Any]] = field(repr=False)

    @property
    def token(self) -> str:
        """insert_deduplication_token: `topic:partition:first-last:table:when`.

        The time tells it from an earlier block over the same offsets, whose rows somebody may have deleted since:
        ClickHouse remembers tokens for longer than rows.
        """
        return f"{self.partition}:{self.first}-{self.last}:{self.table.name}:{self.landed_at:%Y%m%dT%H%M%S%f}"

    @property
    def rows(self) -> int:
        """Rows in the block."""
        return len(self.columns[0])


def block(table: Table, rows: Rows, landed_at: datetime) -> Block:
    """The rows as columns of `table`; `rows` must hold at least one."""
    count = len(rows.offsets)
    place = (
        [rows.partition.topic] * count,
        [rows.partition.number] * count,
        list(rows.offsets),
        [landed_at] * count,
    )
    values = [[read(record) for record in rows.records] for read in (reader(column.path) for column in table.columns)]
    return Block(table, rows.partition, rows.offsets[0], rows.offsets[-1], landed_at, (*place, *values))


def newest_capture(table: Table, rows: Rows) -> datetime:
    """The youngest capture time among the rows; there must be one."""
    read = reader(table.captured)
    newest: datetime = max(read(record) for record in rows.records)
    return newest
