"""What ClickHouse already holds of a partition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from streams.audit.place import Partition
from streams.audit.store import Store
from streams.audit.tables import LEDGER, Table

_HIGHEST = """
SELECT maxOrNull(_offset) FROM {table:Identifier}
WHERE _topic = {topic:String} AND _partition = {number:Int32} AND _offset >= {floor:Int64}
"""
_LEDGER_HIGHEST = """
SELECT maxOrNull(last_offset) FROM {ledger:Identifier} WHERE topic = {topic:String} AND partition = {number:Int32}
"""
_UNWRITTEN = """
SELECT count(), min(_offset), max(_offset), max({captured:Identifier}), max(landed_at) FROM {table:Identifier}
WHERE _topic = {topic:String} AND _partition = {number:Int32} AND _offset > {floor:Int64} AND _offset < {next:Int64}
"""


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that landed before a crash and never came into the batch ledger."""

    rows: int
    first: int
    last: int
    max_captured_at: datetime
    landed_at: datetime


async def highest(store: Store, table: Table, partition: Partition, committed: int | None) -> int | None:
    """Highest offset of the partition in the table, None when there is none at or above `committed`.

    Below `committed` nothing is owed to any table; the bound lets the index on _offset skip all that is older.
    """
    given = {"table": table.name, "topic": partition.topic, "number": partition.number, "floor": committed or 0}
    ((offset,),) = await store.query(str(partition), _HIGHEST, given)
    return None if offset is None else int(offset)


async def unwritten(store: Store, tables: Sequence[Table], partition: Partition, resume: int) -> Found | None:
    """Rows below `resume` that the batch ledger does not know; None when it knows all."""
    place = {"topic": partition.topic, "number": partition.number}
    ((known,),) = await store.query(str(partition), _LEDGER_HIGHEST, {"ledger": LEDGER, **place})
    given = {"table": tables[0].name, "captured": tables[0].captured, **place}
    bounds = {"floor": -1 if known is None else known, "next": resume}
    ((rows, first, last, captured_at, landed_at),) = await store.query(str(partition), _UNWRITTEN, {**given, **bounds})
    return Found(rows, first, last, captured_at, landed_at) if rows else None
