"""Row changes made by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from streams.delivery.message import Message
from streams.sources.debezium import Change, Operation
from streams.sources.lineage import Lineage

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def change(
    table: str,
    op: str,
    after: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
    *,
    position: int = 1,
    minutes: float = 0,
) -> Change:
    """A change of shop `kantoor`, so many minutes after START."""
    at = START + timedelta(minutes=minutes)
    return Change("kantoor", table, cast(Operation, op), before or {}, after or {}, f"bin.000001:{position:020d}", at)


def lineage(one: Change, offset: int = 3) -> Lineage:
    """As if it was read from the topic of row changes."""
    message = Message("shop.cdc.changes", 0, offset, None, None, one.changed_at)
    return Lineage.of(message, one.shop_id, "cdc", one.changed_at)
