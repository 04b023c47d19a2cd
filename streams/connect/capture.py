"""Which of a shop's tables are captured, under which names. Pure.

Debezium reads its lists of tables and columns as regular expressions over `database.table[.column]`.
"""

from collections.abc import Callable, Iterable

from streams.connect.connectors import Connector
from streams.sources.tables import LONGEST_TEXT, TABLES, CapturedTable

HPOS = ("wc_orders", "wc_order_addresses", "wc_order_operational_data", "wc_orders_meta")


class UnknownTableError(ValueError):
    """No captured table has this name; the message lists those that there are."""


def tables(connector: Connector) -> list[CapturedTable]:
    """What is captured of the shop, in the order in which a snapshot reads it.

    What belongs to an aggregate is read before the aggregate's own row, so that a row finds what it needs.
    """
    wanted = [table for table in TABLES.values() if connector.order_storage == "hpos" or table.name not in HPOS]
    return sorted(wanted, key=lambda table: table.key == table.primary)


def table_named(connector: Connector, name: str) -> CapturedTable:
    """The captured table with this logical name. Raises UnknownTableError."""
    known = {table.name: table for table in tables(connector)}
    if name not in known:
        told = f"{name} is not captured of the shop {connector.shop}; captured are, without the prefix "
        raise UnknownTableError(f"{told}{connector.table_prefix!r}: {', '.join(sorted(known))}")
    return known[name]


def pattern(connector: Connector, table: CapturedTable, column: str = "") -> str:
    """Regular expression of one table, or of one of its columns."""
    parts = (connector.database, connector.table_prefix + table.name, *([column] if column else []))
    return r"\.".join(parts)


def include_list(connector: Connector) -> str:
    """`table.include.list`."""
    return ",".join(pattern(connector, table) for table in tables(connector))


def excluded_columns(connector: Connector) -> str:
    """`column.exclude.list`."""
    return _columns(connector, lambda table: table.excluded)


def long_columns(connector: Connector) -> str:
    """Columns of `column.truncate.to.N.chars`."""
    return _columns(connector, lambda table: table.long)


def message_keys(connector: Connector) -> str:
    """`message.key.columns`: the aggregate's id, and behind it what tells the row apart.

    An incremental snapshot walks a table along these columns, and keeps one row of each key: with the aggregate's id
    alone it would lose all rows of an aggregate but one.
    """
    entries = (
        f"{pattern(connector, table)}:{','.join(dict.fromkeys((table.key, table.primary)))}"
        for table in tables(connector)
    )
    return ";".join(entries)


def truncation() -> str:
    """Name of the setting that bounds long columns."""
    return f"column.truncate.to.{LONGEST_TEXT}.chars"


def _columns(connector: Connector, of: Callable[[CapturedTable], Iterable[str]]) -> str:
    return ",".join(pattern(connector, table, column) for table in tables(connector) for column in of(table))
