"""Debezium's request for an incremental snapshot, and what it says of one, as values. Pure.

Source: Debezium's documentation, "Incremental snapshots", "Sending signals to a connector", "Notifications".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import orjson

from streams.connect.capture import pattern, table_named
from streams.connect.connectors import Connector

Stage = Literal["STARTED", "IN_PROGRESS", "TABLE_SCAN_COMPLETED", "COMPLETED", "ABORTED", "PAUSED", "RESUMED"]

_LONGEST_CONDITION = 2000
_GOOD = ("SUCCEEDED", "EMPTY")


class SnapshotError(Exception):
    """A snapshot was refused, or did not come to its end; the message says what to do. It holds no condition."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What Debezium says of the snapshot with this id. `rows` and `outcome` come with TABLE_SCAN_COMPLETED."""

    request: str
    stage: Stage
    rows: int = 0
    outcome: str = ""

    @property
    def failed(self) -> bool:
        """True when the snapshot brought nothing for a reason that is no empty table."""
        return self.stage == "ABORTED" or (self.stage == "TABLE_SCAN_COMPLETED" and self.outcome not in _GOOD)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: a captured table by its logical name, or those of its rows for which `where` holds."""

    connector: Connector
    table: str
    where: str | None = field(default=None, repr=False)


def request(order: Order, request_id: str) -> bytes:
    """The signal's value; its key is the shop id.

    SnapshotError for a condition that cannot be one, UnknownTableError for a table that is not captured.
    """
    name = pattern(order.connector, table_named(order.connector, order.table))
    where = order.where
    if where is not None and (not where.strip() or len(where) > _LONGEST_CONDITION or ";" in where):
        raise SnapshotError(
            f"the condition must be one SQL expression of at most {_LONGEST_CONDITION} characters without `;`, "
            "such as `id=26` or `date_updated_gmt >= '2026-05-04'`"
        )
    data: dict[str, Any] = {"type": "INCREMENTAL", "data-collections": [name]}
    if where is not None:
        data["additional-conditions"] = [{"data-collection": name, "filter": where}]
    return orjson.dumps({"id": request_id, "type": "execute-snapshot", "data": data})


def notice(record: Mapping[str, Any]) -> Notice | None:
    """What a notification says of an incremental snapshot; None when it is about something else."""
    if record.get("aggregate_type") != "Incremental Snapshot" or record.get("type") not in get_args(Stage):
        return None
    more = record.get("additional_data") or {}
    return Notice(str(record["id"]), record["type"], int(more.get("total_rows_scanned", 0)), more.get("status", ""))
