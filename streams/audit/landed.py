"""What ClickHouse already holds: which identities of a batch, and how far the batch ledger knows a partition.

One server must answer, the one that is written to: behind a load balancer over several, give the sink a route to one.
"""

from collections import defaultdict
from collections.abc import Sequence

import orjson
from clickhouse_connect.driver.external import ExternalData

from streams.audit import metrics
from streams.audit.identity import Standing
from streams.audit.place import Partition, Place
from streams.audit.store import Store
from streams.audit.tables import LEDGER, Identity, Table

# Only the hash is compared there: with a second condition ClickHouse reads all ids as well. `sort` compares the ids.
_STANDING = """
SELECT _topic, _partition, _offset, {columns} FROM {table}
WHERE identity IN (SELECT sipHash64({columns}) FROM given)
"""
_LEDGER_END = """
SELECT maxOrNull(last_offset) FROM {ledger:Identifier} WHERE topic = {topic:String} AND partition = {number:Int32}
"""


def question(table: Table) -> str:
    """The statement of a lookup; names of table and columns are constants of tables.py."""
    return _STANDING.format(columns=", ".join(table.identity), table=table.name)


def given(table: Table, types: Sequence[str], names: Sequence[Identity]) -> ExternalData:
    """The identities asked for, as a table beside the query; `types` of the table's columns in insert order.

    Thousands would not fit a URL, and no value becomes part of the statement.
    """
    structure = [f"{name} {types[table.column_names.index(name)]}" for name in table.identity]
    lines = b"\n".join(map(orjson.dumps, names))
    return ExternalData(file_name="given", data=lines, fmt="JSONCompactEachRow", structure=structure)


async def standing(store: Store, table: Table, partition: Partition, names: Sequence[Identity]) -> Standing:
    """Where the identities stand in the table: one question, however many they are."""
    types = await store.column_types(str(partition), table.name, table.column_names)
    asked = given(table, [kind.name for kind in types], names)
    found: defaultdict[Identity, set[Place]] = defaultdict(set)
    with metrics.LOOKUP_SECONDS.labels(table.name).time():
        rows = await store.query(str(partition), question(table), {}, asked)
    for topic, number, offset, *name in rows:
        found[tuple(name)].add(Place(Partition(topic, number), offset))
    return found


async def entered(store: Store, partition: Partition) -> int | None:
    """Last offset of the partition that the batch ledger accounts for; None when it knows nothing of it."""
    given = {"ledger": LEDGER, "topic": partition.topic, "number": partition.number}
    ((offset,),) = await store.query(str(partition), _LEDGER_END, given)
    return None if offset is None else int(offset)
