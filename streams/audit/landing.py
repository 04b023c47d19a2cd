"""A batch's readable records into the tables of their schema, each identity once."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from streams.audit.identity import Sorted, Standing, identities, sort
from streams.audit.place import Partition
from streams.audit.rows import Block, Rows, block
from streams.audit.tables import Identity, Table

Ask = Callable[[Table, Partition, Sequence[Identity]], Awaitable[Standing]]
Insert = Callable[[Block], Awaitable[None]]


async def land(ask: Ask, insert: Insert, tables: Sequence[Table], rows: Rows, landed_at: datetime) -> Sorted:
    """Insert what is owed and return when ClickHouse has it; safe to repeat after a crash at any point.

    The first table decides what is a repetition, the others follow it: a row of theirs may have reached the end of its
    life before the first table's has. They are asked only about records that a crash left in the first table alone.
    """

    async def sorted_by(table: Table, some: Rows) -> Sorted:
        names = identities(table, some)
        return sort(some, names, await ask(table, some.partition, names) if names else {})

    async def insert_into(table: Table, owed: Rows) -> None:
        if owed.offsets:
            await insert(block(table, owed, landed_at))

    first, *others = tables
    batch = await sorted_by(first, rows)
    await insert_into(first, batch.new)
    for table in others:
        left = (await sorted_by(table, batch.landed)).new
        await insert_into(table, rows.only({*batch.new.offsets, *left.offsets}))
    return batch
