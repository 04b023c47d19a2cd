"""Row changes as values: what the pure renderers return and the database writer executes, one statement each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

SqlValue: TypeAlias = str | int | Decimal | datetime | None


PREFIX = "wp_"
"""WordPress' own table prefix; a shop may have another."""


class Table(StrEnum):
    """The tables the shop writes, under WordPress' own prefix."""

    ORDERS = "wp_wc_orders"
    ADDRESSES = "wp_wc_order_addresses"
    OPERATIONAL = "wp_wc_order_operational_data"
    ORDER_META = "wp_wc_orders_meta"
    ITEMS = "wp_woocommerce_order_items"
    ITEM_META = "wp_woocommerce_order_itemmeta"
    CUSTOMER_LOOKUP = "wp_wc_customer_lookup"
    SESSIONS = "wp_woocommerce_sessions"
    COMMENTS = "wp_comments"
    COMMENT_META = "wp_commentmeta"
    USERS = "wp_users"
    USER_META = "wp_usermeta"
    POSTS = "wp_posts"
    POST_META = "wp_postmeta"
    OPTIONS = "wp_options"


PRIMARY_KEYS = {
    Table.ORDERS: "id",
    Table.ADDRESSES: "id",
    Table.OPERATIONAL: "id",
    Table.ORDER_META: "id",
    Table.ITEMS: "order_item_id",
    Table.ITEM_META: "meta_id",
    Table.CUSTOMER_LOOKUP: "customer_id",
    Table.SESSIONS: "session_id",
    Table.COMMENTS: "comment_ID",
    Table.COMMENT_META: "meta_id",
    Table.USERS: "ID",
    Table.USER_META: "umeta_id",
    Table.POSTS: "ID",
    Table.POST_META: "meta_id",
    Table.OPTIONS: "option_id",
}


@dataclass(frozen=True, slots=True)
class Insert:
    """A new row, all columns given. `replace` names columns to overwrite when a unique key is already there."""

    table: Table
    row: Mapping[str, SqlValue] = field(repr=False)
    replace: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """New values for the rows that match every column of `where`."""

    table: Table
    where: Mapping[str, SqlValue] = field(repr=False)
    values: Mapping[str, SqlValue] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delete:
    """The end of the rows that match every column of `where`."""

    table: Table
    where: Mapping[str, SqlValue] = field(repr=False)


Change: TypeAlias = Insert | Update | Delete


class Ids:
    """Next free primary key of each table; orders draw theirs from wp_posts."""

    def __init__(self, next_ids: Mapping[Table, int]) -> None:
        """Start each table at its given id, 1 where none is given."""
        self._next = Counter({table: next_ids.get(table, 1) for table in Table})

    def take(self, table: Table) -> int:
        """Reserve one id."""
        number = self._next[table]
        self._next[table] = number + 1
        return number


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every new row needs: ids, and the time of the step (aware, UTC)."""

    ids: Ids
    now: datetime


def prefixed(table: Table, prefix: str) -> str:
    """A table's name in a shop with that prefix."""
    return prefix + table.removeprefix(PREFIX)


def statement(change: Change, prefix: str = PREFIX) -> tuple[str, tuple[SqlValue, ...]]:
    """A change as parametrised SQL. Names of tables and columns come from this package only, never from outside."""
    table = prefixed(change.table, prefix)
    if isinstance(change, Insert):
        columns = ", ".join(f"`{column}`" for column in change.row)
        marks = ", ".join(["%s"] * len(change.row))
        sql = f"INSERT INTO `{table}` ({columns}) VALUES ({marks})"  # noqa: S608
        if change.replace:
            sql += " ON DUPLICATE KEY UPDATE " + ", ".join(f"`{c}` = VALUES(`{c}`)" for c in change.replace)
        return sql, tuple(change.row.values())
    where = " AND ".join(f"`{column}` = %s" for column in change.where)
    if isinstance(change, Delete):
        return f"DELETE FROM `{table}` WHERE {where}", tuple(change.where.values())  # noqa: S608
    values = ", ".join(f"`{column}` = %s" for column in change.values)
    sql = f"UPDATE `{table}` SET {values} WHERE {where}"  # noqa: S608
    return sql, (*change.values.values(), *change.where.values())
