"""The rows of one order line, gathered where they are until the line can be handed to its order. Pure."""

from datetime import datetime, timedelta

from streams.clock import to_ms
from streams.delivery.state import State
from streams.sources.assembly import line
from streams.sources.assembly.parts import Part
from streams.sources.assembly.rows import Rows
from streams.sources.debezium import Change
from streams.sources.fields import text


class GatheredLine:
    """What is kept of one line: its rows, and what was handed on last."""

    def __init__(self, life: timedelta, kept: State | None = None) -> None:
        """`life`: how long a line that does not change is kept."""
        kept = kept or {}
        self._rows = Rows(kept.get("rows"))
        self._sent: list[object] = kept.get("sent", [])
        self._next: int = kept.get("next", 0)
        self._life = life

    @property
    def state(self) -> State:
        """For the table, as JSON."""
        return {"rows": self._rows.state, "sent": self._sent, "next": self._next}

    @property
    def wake_at(self) -> int:
        """When it may be forgotten, in milliseconds since the epoch."""
        return self._next

    def row(self, change: Change, now: datetime) -> Part | None:
        """Take a row change in; the part to hand on, when it is whole and says something new."""
        if change.table == line.META_TABLE and text(change.row, "meta_key") not in line.KEPT_META:
            return None
        repeated = self._rows.knows(change)
        self._rows.take(change)
        self._next = to_ms(now + self._life)
        if change.op == "d" and change.table == line.ITEM_TABLE:
            self._sent = []
            return line.removed(change.row, change.shop_id, change.position)
        part = line.part(self._rows, change.shop_id)
        if part is None or (self._sent == [part.order_id, part.content] and not repeated):
            return None
        self._sent = [part.order_id, part.content]
        return part
