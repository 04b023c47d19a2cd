"""Asking Debezium for rows that were written before anybody listened: an incremental snapshot of one entity. Pure.

Source: Debezium documentation, "Sending signals to a Debezium connector" and "Incremental snapshots".
"""

import re
from dataclasses import dataclass

import orjson

from streams.sources.assembly.kinds import HPOS_ORDER, Kind
from streams.sources.assembly.line import ITEM_TABLE, META_TABLE
from streams.sources.fields import wrong
from streams.sources.tables import TABLES

# Names only, and numbers: nothing of a row goes into SQL.
_NAME = re.compile(r"[A-Za-z0-9_$-]{0,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entity's rows stand: database, and the prefix of its tables."""

    database: str
    prefix: str

    def __post_init__(self) -> None:
        """Both go into a condition of SQL; RefusedError when they are no plain names."""
        if not all(_NAME.fullmatch(name) for name in (self.database, self.prefix)):
            raise wrong("source.db or source.table", "a name of letters, digits and _")


@dataclass(frozen=True, slots=True)
class Collection:
    """Rows of one table that are asked for: its name without prefix, and a condition of SQL; empty for all rows."""

    table: str
    condition: str = ""


def of_entity(kind: Kind, number: int, origin: Origin) -> list[Collection]:
    """Every row that an entity is rendered from; an order's lines and refunds included. Details come first."""
    if kind.entity == "order":
        return _order(kind, number, origin)
    return [Collection(name, f"{TABLES[name].key} = {number}") for name in reversed(kind.tables)]


def _order(kind: Kind, number: int, origin: Origin) -> list[Collection]:
    parent = "parent_order_id" if kind is HPOS_ORDER else "post_parent"
    own = f"({kind.primary} = {number} OR {parent} = {number})"
    these = f"SELECT {kind.primary} FROM {origin.prefix}{kind.header} WHERE {own}"  # noqa: S608
    lines = f"SELECT order_item_id FROM {origin.prefix}{ITEM_TABLE} WHERE order_id = {number}"  # noqa: S608
    return [
        *(Collection(name, f"{TABLES[name].key} IN ({these})") for name in kind.tables if name != kind.header),
        Collection(ITEM_TABLE, f"order_id = {number}"),
        Collection(META_TABLE, f"order_item_id IN ({lines})"),
        Collection(kind.header, own),
    ]


def signal(signal_id: str, origin: Origin, collections: list[Collection]) -> bytes:
    """The record of Debezium's signal topic; its key is the connector's topic prefix."""
    # Debezium reads the names as regular expressions.
    named = [(rf"{origin.database}\.{origin.prefix}{one.table}", one.condition) for one in collections]
    data = {
        "type": "INCREMENTAL",
        "data-collections": [name for name, _ in named],
        "additional-conditions": [
            {"data-collection": name, "filter": condition} for name, condition in named if condition
        ],
    }
    return orjson.dumps({"id": signal_id, "type": "execute-snapshot", "data": data})
