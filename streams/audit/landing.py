"""A batch's readable records into the tables of their schema, each identity once."""

from collections.abc import Sequence
from datetime import datetime

from streams.audit.identity import Sorted
from streams.audit.landed import sorted_by_identity
from streams.audit.rows import Rows, block
from streams.audit.store import Store
from streams.audit.tables import Table


async def land(store: Store, tables: Sequence[Table], rows: Rows, landed_at: datetime) -> Sorted:
    """Insert what is owed and return when ClickHouse has it; safe to repeat after a crash at any point.

    The first table decides what is a repetition, the others follow it: a row of theirs may have reached the end of its
    life before the first table's has. They are asked only about records that a crash left in the first table alone.
    """
    first, *others = tables
    batch = await sorted_by_identity(store, first, rows)
    await _insert(store, first, batch.new, landed_at)
    for table in others:
        left = (await sorted_by_identity(store, table, batch.landed)).new
        await _insert(store, table, rows.only({*batch.new.offsets, *left.offsets}), landed_at)
    return batch


async def _insert(store: Store, table: Table, owed: Rows, landed_at: datetime) -> None:
    if owed.offsets:
        await store.insert(block(table, owed, landed_at))
