"""Which records of a batch are new, and which repeat what has landed. Pure.

Delivery between stages is at least once: the same event may stand at two offsets, days apart. The first that landed
stays. The same identity has the same Kafka key, hence the same partition, hence the same lane: nobody else writes it
between the question and the insert.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from streams.audit.columns import reader
from streams.audit.place import Place
from streams.audit.rows import Rows
from streams.audit.tables import Identity, Table

Standing = Mapping[Identity, AbstractSet[Place]]
"""Where each identity stands in a table; one that does not is left out."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """A batch by what is to be done with it; each record is in one of the three."""

    new: Rows
    landed: Rows
    """Stand in the table from this very offset: a crash came between the insert and the commit."""
    repeated: Rows
    """Stand in the table, or earlier in the batch, from another offset."""


def identities(table: Table, rows: Rows) -> list[Identity]:
    """The identity of every row, in their order."""
    paths = {column.name: column.path for column in table.columns}
    parts = [map(reader(paths[name]), rows.records) for name in table.identity]
    return list(zip(*parts, strict=True))


def sort(rows: Rows, names: Sequence[Identity], standing: Standing) -> Sorted:
    """Sort a batch whose identities are `names`."""
    new, landed, repeated = set[int](), set[int](), set[int]()
    seen: set[Identity] = set()
    for offset, name in zip(rows.offsets, names, strict=True):
        places = standing.get(name, frozenset())
        if Place(rows.partition, offset) in places:
            landed.add(offset)
        elif places or name in seen:
            repeated.add(offset)
        else:
            new.add(offset)
        seen.add(name)
    return Sorted(rows.only(new), rows.only(landed), rows.only(repeated))
