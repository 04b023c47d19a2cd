"""What is kept of an entity between two rows of it, beside the rows themselves. JSON; times are epoch milliseconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from streams.clock import from_ms, to_ms
from streams.delivery.state import State
from streams.sources.fields import Json
from streams.sources.lineage import Lineage
from streams.sources.versions.pace import Pace

Opened = Literal["", "header", "detail"]


@dataclass(slots=True, repr=False)
class Memory:
    """Where the telling of an entity stands."""

    opened: Opened = ""
    """What the version under way was opened by; empty when there is none."""
    since: int = 0
    """When the oldest change came that is not told; 0 when all is told."""
    changed: int = 0
    """When the newest change came."""
    written: int = 0
    """The same in the shop's own time."""
    next: int = 0
    """When to look again."""
    source: list[Any] = field(default_factory=list)
    """Topic, partition and offset of the newest row, and its time."""
    new: bool = False
    """Whether the entity's creation was seen."""
    counted: bool = False
    """Whether the version under way changed a counter."""
    shown: str = ""
    """Content of the newest version that the rows made up."""
    recalled: bool = False
    """Whether the rows that are missing were asked for."""
    sent: Json | None = None
    """The refund that was handed on last."""
    erased: str = ""
    """Place in the binlog of the entity's end."""
    waiting: list[list[Any]] = field(default_factory=list)
    """Versions that wait for their lines: place of their own row, place of their end, their rows."""

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Memory":
        """From an entity's state, which holds more."""
        found = cls(**{one.name: kept[one.name] for one in fields(cls) if one.name in kept})
        found.waiting = list(found.waiting)
        return found

    @property
    def state(self) -> State:
        """As part of an entity's state."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def heard(self, lineage: Lineage) -> None:
        """A row came from there."""
        self.source = [lineage.topic, lineage.partition, lineage.offset, to_ms(lineage.captured_at)]

    def lineage(self, shop_id: str) -> Lineage:
        """Of the newest row."""
        topic, partition, offset, captured = self.source
        return Lineage(shop_id, "cdc", topic, partition, offset, from_ms(captured))

    def open(self, by: Opened, now: datetime, pace: Pace) -> None:
        """A version is under way: it is looked at when nothing has changed for a while."""
        if by == "header" or not self.opened:
            self.opened = by
        self.changed, self.since = to_ms(now), self.since or to_ms(now)
        self.next = to_ms(now + pace.quiet)

    def settle(self) -> None:
        """The version under way is told."""
        self.opened, self.counted = "", False

    def close(self, now: datetime, pace: Pace) -> bool:
        """Whether everything is told; then the entity rests until its life is over."""
        if self.opened or self.waiting:
            return False
        self.since, self.recalled = 0, False
        self.next = to_ms(now + pace.life)
        return True
