"""The rows of one aggregate, each as of its newest place in the binlog."""

from collections.abc import Iterator, Mapping
from typing import Any

from streams.clock import to_ms
from streams.delivery.state import State
from streams.sources.debezium import Change
from streams.sources.fields import Json, identifier, text
from streams.sources.tables import TABLES

_POSITION, _ROW, _AT = 0, 1, 2
# A row of the binlog is no older than what was read of it before, give or take the second that it is told by.
_ANEW_MS = 5_000
# Deleted rows that are remembered of one table: some saves delete their meta rows and write new ones.
MAX_GONE = 100


class Rows:
    """Rows by table and primary key, kept as JSON: `{table: {primary key: [position, row or null, epoch ms]}}`.

    A row that comes again, or late, changes nothing: the newest position wins. A deleted row stays as null for the
    same reason.
    """

    def __init__(self, kept: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """`kept`: what `state` gave; None for an aggregate that was never seen."""
        self._tables: dict[str, dict[str, Any]] = {name: dict(rows) for name, rows in (kept or {}).items()}

    @property
    def state(self) -> State:
        """For the table, as JSON."""
        return dict(self._tables)

    @property
    def position(self) -> str:
        """The newest place in the binlog among the rows; empty when there are none."""
        return max(map(self.position_of, self._tables), default="")

    def position_of(self, table: str) -> str:
        """The same among the rows of one table."""
        return max((kept[_POSITION] for kept in self._tables.get(table, {}).values()), default="")

    def take(self, change: Change) -> bool:
        """Take a row change in; False when the row is known as of this place or later. RefusedError without an id."""
        if self.knows(change):
            return False
        primary = str(identifier(change.row, TABLES[change.table].primary))
        rows = self._tables.setdefault(change.table, {})
        row = None if change.op == "d" else dict(change.row)
        rows[primary] = [change.position, row, to_ms(change.changed_at)]
        if change.op == "d":
            gone = sorted((kept[_POSITION], primary) for primary, kept in rows.items() if kept[_ROW] is None)
            for _, oldest in gone[:-MAX_GONE]:
                del rows[oldest]
        return True

    def knows(self, change: Change) -> bool:
        """Whether the row is known as of this place in the binlog, or as of a later one."""
        primary = str(identifier(change.row, TABLES[change.table].primary))
        known = self._tables.get(change.table, {}).get(primary)
        # A binlog that was started anew counts from its beginning: then the time tells.
        anew = known is not None and to_ms(change.changed_at) - known[_AT] > _ANEW_MS
        return known is not None and known[_POSITION] >= change.position and not anew

    def as_of(self, state: Mapping[str, Mapping[str, Any]]) -> "Rows":
        """The rows that `state` gave once; what only came since of whole tables is older than it, and belongs to it."""
        return Rows({**self._tables, **state})

    def of(self, table: str) -> list[Json]:
        """Rows of a table that are there, by primary key."""
        rows = self._tables.get(table, {})
        return [rows[primary][_ROW] for primary in sorted(rows, key=int) if rows[primary][_ROW] is not None]

    def one(self, table: str) -> Json | None:
        """The row of a table that holds one row an aggregate; None when it is not there."""
        return next(iter(self.of(table)), None)

    def gone(self, table: str) -> bool:
        """Whether the table's rows of this aggregate were there, and were all deleted."""
        return bool(self._tables.get(table)) and not self.of(table)

    def meta(self, table: str) -> dict[str, str]:
        """Values of a meta table by key; of several rows with one key the first, as WordPress reads single values."""
        found: dict[str, str] = {}
        for row in self.of(table):
            found.setdefault(text(row, "meta_key"), text(row, "meta_value"))
        return found

    @property
    def empty(self) -> bool:
        """Whether nothing was ever seen."""
        return not self._tables

    def __iter__(self) -> Iterator[str]:
        """The tables."""
        return iter(self._tables)

    def __repr__(self) -> str:
        return f"<rows {', '.join(f'{name}: {len(rows)}' for name, rows in self._tables.items())}>"
