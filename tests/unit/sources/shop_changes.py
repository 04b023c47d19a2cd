"""The generated shop's row changes as Debezium would tell them, without a database between."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from infra.local.shop.changes import PRIMARY_KEYS, Delete, Insert, SqlValue, Table
from infra.local.shop.changes import Change as ShopChange
from streams.clock import to_ms
from streams.sources.debezium import Change

AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


class Binlog:
    """Keeps the rows of every table, and gives each change its place and its images."""

    def __init__(self, shop_id: str = "demo") -> None:
        self._shop = shop_id
        self._rows: dict[Table, dict[Any, dict[str, SqlValue]]] = {table: {} for table in Table}
        self._place = count(1)

    def of(self, changes: Iterable[ShopChange]) -> Iterator[Change]:
        """Each statement's row changes, in order."""
        for change in changes:
            yield from self._of(change)

    def _of(self, change: ShopChange) -> Iterator[Change]:
        rows, primary = self._rows[change.table], PRIMARY_KEYS[change.table]
        if isinstance(change, Insert):
            row = dict(change.row)
            before = rows.get(row[primary])
            rows[row[primary]] = row
            yield self._change(change.table, "u" if before else "c", before, row)
            return
        for key, row in list(rows.items()):
            if not all(row[column] == value for column, value in change.where.items()):
                continue
            if isinstance(change, Delete):
                yield self.delete(change.table, key)
                continue
            rows[key] = {**row, **change.values}
            yield self._change(change.table, "u", row, rows[key])

    def delete(self, table: Table, key: Any) -> Change:
        """A row's deletion."""
        return self._change(table, "d", self._rows[table].pop(key), None)

    def _change(
        self, table: Table, op: Any, before: Mapping[str, SqlValue] | None, after: Mapping[str, SqlValue] | None
    ) -> Change:
        return Change(
            shop_id=self._shop,
            table=str(table).removeprefix("wp_"),
            op=op,
            before={name: _value(value) for name, value in (before or {}).items()},
            after={name: _value(value) for name, value in (after or {}).items()},
            position=f"binlog.000001:{next(self._place):020d}:000000",
            changed_at=AT,
        )


def _value(value: SqlValue) -> Any:
    """As Debezium writes it, with decimals as text."""
    if isinstance(value, datetime):
        return to_ms(value if value.tzinfo else value.replace(tzinfo=UTC))
    return f"{value:.8f}" if isinstance(value, Decimal) else value
