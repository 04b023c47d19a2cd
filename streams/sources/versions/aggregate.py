"""One entity of the shop as both routes tell it: rows that come apart, deliveries that come whole. Pure.

A save in WooCommerce is a handful of rows, and nothing says which is the last. A version is therefore told when the
next one begins, or when the entity has been quiet for a moment. Some saves write the entity's own row first and its
details behind it, others the details first: by what a version was opened says where it ends.

What comes too early for its lines waits for them; what is never made whole is said to be so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from avro_schemas.records import CapturedEvent
from streams.clock import from_ms, to_ms
from streams.delivery.refusal import RefusedError
from streams.delivery.state import State
from streams.sources.assembly.kinds import Kind, is_refund, kind_of, kind_of_row, kind_of_tables, refund_of
from streams.sources.assembly.order import DRAFTS
from streams.sources.assembly.parts import Part
from streams.sources.assembly.rows import Rows
from streams.sources.debezium import Change
from streams.sources.fields import Json, text
from streams.sources.lineage import Lineage
from streams.sources.versions import history
from streams.sources.versions.history import History, Told
from streams.sources.versions.kept_parts import KeptParts, Place

MAX_WAITING = 20
# The binlog's times are cut to it.
_BINLOG_SECOND = timedelta(seconds=1)
TRASH = "trash"

Opened = Literal["", "header", "detail"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long an aggregate is waited for."""

    quiet: timedelta = timedelta(seconds=1)
    """Without a change for so long, it is told as it is."""
    patience: timedelta = timedelta(seconds=30)
    """What is not whole after so long is asked for, and after as long again told or refused as it is."""
    life: timedelta = timedelta(days=7)
    """What has not changed for so long is forgotten: no longer than the changelog keeps it."""


@dataclass(frozen=True, slots=True)
class Woken:
    """What became of an aggregate that was waited for."""

    told: Sequence[Told] = field(default=(), repr=False)
    recall: Kind | None = None
    """Rows are missing, written before anybody listened: they have to be asked for."""
    forgotten: bool = False
    """Its life is over."""


class Aggregate:
    """Rows and parts of one entity, what was told of it, and what waits."""

    def __init__(self, pace: Pace, kept: State | None = None) -> None:
        """`kept`: what `state` gave; None for an entity that was never seen."""
        kept = kept or {}
        self.rows = Rows(kept.get("rows"))
        self.history = History.read(kept.get("history"))
        self._pace = pace
        self.parts = KeptParts(kept.get("parts"))
        self._waiting: list[list[Any]] = list(kept.get("waiting", ()))
        self._opened: Opened = kept.get("opened", "")
        self._since: int = kept.get("since", 0)
        self._changed: int = kept.get("changed", 0)
        self._written: int = kept.get("written", 0)
        self._next: int = kept.get("next", 0)
        self._source: list[Any] = kept.get("source", [])
        self._new: bool = kept.get("new", False)
        self._counted: bool = kept.get("counted", False)
        self._shown: str = kept.get("shown", "")
        self._recalled: bool = kept.get("recalled", False)
        self._sent: Json | None = kept.get("sent")
        self._erased: str = kept.get("erased", "")
        self.broken: RefusedError | None = None
        """Why the newest look at it told nothing, though it should have."""

    @property
    def state(self) -> State:
        """For the table, as JSON."""
        return {
            "rows": self.rows.state,
            "history": self.history.state,
            "parts": self.parts.state,
            "waiting": self._waiting,
            "opened": self._opened,
            "since": self._since,
            "changed": self._changed,
            "written": self._written,
            "next": self._next,
            "source": self._source,
            "new": self._new,
            "counted": self._counted,
            "shown": self._shown,
            "recalled": self._recalled,
            "sent": self._sent,
            "erased": self._erased,
        }

    @property
    def wake_at(self) -> int:
        """When it has to be looked at again, in milliseconds since the epoch."""
        return self._next

    def row(self, change: Change, lineage: Lineage, now: datetime) -> list[Told]:
        """Take a row change in; what it lets be told. RefusedError when the row has no id."""
        if change.op == "d":
            return self._deleted(change, lineage, now)
        if change.position <= self._erased:
            # Of before its end: alone it would be taken for the beginning of another life.
            return []
        if self.rows.knows(change):
            # Put back from the dead letters, or read twice: worth another look, and no change.
            self._open("detail", now)
            return []
        told, ends = self._rested(change, lineage.shop_id), False
        moves, counts = self._moves(change), self._counts(change)
        if (moves and self._opened == "header") or (counts and self._counted):
            told += self._before(change.position, lineage.shop_id)
        elif moves and self._opened == "detail" and self._ends_with_header(change):
            ends = self._differs()
        self.rows.take(change)
        self._source = [lineage.topic, lineage.partition, lineage.offset, to_ms(lineage.captured_at)]
        self._written = to_ms(change.changed_at)
        header = kind_of_row(change)
        self._new = self._new or (header is not None and change.op == "c" and not self.history.began)
        self._open("header" if moves else "detail", now)
        self._counted = counts or (self._counted and not moves)
        told += self._settle(lineage.shop_id) if ends else []
        self._close(now)
        return told

    def part(self, part: Part, lineage: Lineage, now: datetime) -> list[Told]:
        """Take a part in; what it lets be told. RefusedError when there are too many."""
        if self.history.gone and part.content is None:
            return []
        told = self._before(part.position, part.shop_id) if self._opens(part) else []
        if not self.parts.take(part):
            return told
        self._source = self._source or [
            lineage.topic,
            lineage.partition,
            lineage.offset,
            to_ms(lineage.captured_at),
        ]
        if not any(True for _ in self.rows):
            # Parts alone are no order yet, and its rows may be far behind: whatever tells the order tells these.
            self._next = to_ms(now + self._pace.life)
            return []
        self._open("detail", now)
        return [*told, *self._ready(part.shop_id)]

    def _opens(self, part: Part) -> bool:
        """Whether a version ends with the part's coming: a refund is written before the order's row moves."""
        kind = kind_of(self.rows)
        if part.kind != "refund" or self.parts.knows(part) or not self._opened or kind is None:
            return False
        ends = part.position > self.rows.position_of(kind.header)
        self._opened = "" if ends else self._opened
        return ends

    def delivered(self, event: CapturedEvent, now: datetime) -> Told:
        """Tell what a webhook carries, unless it was told."""
        told = history.tell(event, self.history, new=self._new)
        return self._keep(told, now)

    def ended(self, entity: str, entity_id: int, lineage: Lineage, now: datetime) -> Told:
        """Tell that the entity was deleted or put into the trash, unless it was told.

        A webhook does not say when, and may come after the entity is back: where the database is listened to, it tells.
        """
        if lineage.route == "webhook" and kind_of(self.rows) is not None:
            return Told(None, self.history, "cdc", entity)
        return self._keep(history.tell_deleted(entity, entity_id, lineage, self.history), now)

    def untell(self, event: CapturedEvent) -> None:
        """An event could not be published: it counts as not told."""
        self.history = history.untell(event, self.history)

    def refund(self, shop_id: str) -> Part | None:
        """The refund that these rows are, when it is not what was handed on last."""
        part = refund_of(self.rows, shop_id)
        if part is None or part.content == self._sent:
            return None
        self._sent = part.content
        return part

    def woken(self, shop_id: str, now: datetime, lag: timedelta = timedelta()) -> Woken:
        """Look again, when `wake_at` has passed. `lag`: how old rows are that come now, of whichever entity.

        What is quiet may only be slow: a part that comes by two topics lags twice.
        """
        if not self._since:
            return Woken(forgotten=True)
        quiet = from_ms(self._changed) + self._pace.quiet + 2 * lag
        if now < quiet:
            self._next = to_ms(quiet)
            return Woken()
        if lag > self._pace.quiet:
            self._since = to_ms(now)
        overdue = now >= from_ms(self._since) + self._pace.patience
        told = [*self._ready(shop_id, force=overdue), *self._settle(shop_id, force=overdue)]
        if self._close(now):
            return Woken(told)
        self._next = to_ms(from_ms(self._since) + self._pace.patience)
        if not overdue:
            return Woken(told)
        return self._missing(told, now)

    def _missing(self, told: list[Told], now: datetime) -> Woken:
        """Ask for the rows once, and give up when that has not helped."""
        kind = kind_of(self.rows) or kind_of_tables(self.rows)
        if not self._recalled and kind is not None:
            self._recalled, self._since = True, to_ms(now)
            self._next = to_ms(now + self._pace.patience)
            return Woken(told, recall=kind)
        self._waiting, self._opened = [], ""
        self._close(now)
        missing = ", ".join(name for name in kind.tables if not self.rows.of(name)) if kind else "its own row"
        rule = f"assembly: rows of {missing} never came"
        self.broken = RefusedError(rule, "see that the connector captures them, then replay")
        return Woken(told)

    def _deleted(self, change: Change, lineage: Lineage, now: datetime) -> list[Told]:
        kind = kind_of(self.rows) or kind_of_row(change)
        if kind is None or change.table != kind.header:
            if not self.history.gone and self.rows.of(change.table):
                self.rows.take(change)
                self._open("detail", now)
            return []
        draft = kind.status(change.row) in DRAFTS and not self.history.began
        self.rows, self.parts, self._waiting, self._opened, self._since = Rows(), KeptParts(), [], "", to_ms(now)
        self._erased = max(self._erased, change.position)
        if draft:
            self._close(now)
            return []
        entity_id = int(text(change.row, kind.primary))
        return [self.ended(kind.entity, entity_id, lineage, now)]

    def _moves(self, change: Change) -> bool:
        """Whether the row opens another version of its entity."""
        kind = kind_of(self.rows) or kind_of_row(change)
        return kind is not None and kind.moves(self.rows, change)

    def _ends_with_header(self, change: Change) -> bool:
        kind = kind_of(self.rows) or kind_of_row(change)
        return kind is not None and kind.header_last

    def _counts(self, change: Change) -> bool:
        """Whether the row changes what counts on with every sale, and may leave no other trace within a second."""
        key, kind = text(change.row, "meta_key"), kind_of(self.rows)
        if kind is None or key not in kind.counters:
            return False
        return self.rows.meta(change.table).get(key) not in (None, text(change.row, "meta_value"))

    def _before(self, position: str, shop_id: str) -> list[Told]:
        """The version that ends at a place in the binlog; without its lines it has to wait for them."""
        kind = kind_of(self.rows)
        if kind is None or self.rows.one(kind.header) is None:
            return []
        place = Place(self.rows.position_of(kind.header), position)
        told = self._render(kind, shop_id, place)
        if told is None and len(self._waiting) < MAX_WAITING:
            # Its details too: a later version writes over them while it waits.
            self._waiting.append([place.written, position, Rows(self.rows.state).state])
        return [told] if told else []

    def _rested(self, change: Change, shop_id: str) -> list[Told]:
        """The version that was quiet in the shop's own time before this row, however close to it the row has come."""
        rest = change.changed_at - from_ms(self._written)
        if not self._opened or change.op == "r" or rest < self._pace.quiet + _BINLOG_SECOND:
            return []
        told = self._before(change.position, shop_id)
        self._opened, self._counted = "", False
        return told

    def _differs(self) -> bool:
        """Whether the details say something else than the version before, as the rows told it."""
        kind = kind_of(self.rows)
        try:
            if kind is None or not self._shown:
                return False
            payload = kind.payload(self.rows, self.parts.at(Place("")))
            if payload is None:
                return False
            version = kind.event(payload, self._lineage(""))["version"]
        except RefusedError:
            return False
        return _content(version) != self._shown

    def _settle(self, shop_id: str, *, force: bool = False) -> list[Told]:
        """Tell the state as it is, if it is whole, or if nobody waits any longer."""
        if not self._opened:
            return []
        kind = kind_of(self.rows)
        if kind is None:
            if self.rows.of("posts") or is_refund(self.rows):
                self._opened = ""
            return []
        told = self._render(kind, shop_id, Place(self.rows.position_of(kind.header)), force=force)
        if told is not None:
            self._opened, self._counted = "", False
        return [told] if told else []

    def _ready(self, shop_id: str, *, force: bool = False) -> list[Told]:
        """Versions that waited for their lines and have them."""
        kind = kind_of(self.rows)
        told: list[Told] = []
        while kind is not None and self._waiting:
            written, ended, rows = self._waiting[0]
            one = self._render(kind, shop_id, Place(written, ended), self.rows.as_of(rows), force=force)
            if one is None:
                break
            del self._waiting[0]
            told.append(one)
        return told

    def _render(
        self, kind: Kind, shop_id: str, place: Place, rows: Rows | None = None, *, force: bool = False
    ) -> Told | None:
        """The version at a place, with `rows` as they were then; None while it is not whole."""
        rows = self.rows if rows is None else rows
        header = rows.one(kind.header)
        if header is not None and kind.status(header) in DRAFTS:
            return Told(None, self.history)
        try:
            payload = self._whole(kind, rows, place, force=force)
            if payload is None:
                return None
            told = self._told(kind, payload, self._lineage(shop_id), ended=place.ended is not None)
        except RefusedError as refused:
            # One of the rows cannot be read: none of the others is to blame, and none can be told without it.
            self.broken = refused
            return Told(None, self.history)
        self.history = told.history
        return told

    def _whole(self, kind: Kind, rows: Rows, place: Place, *, force: bool) -> Json | None:
        """The version with all its parts, or with those that there are when `force` says so.

        Lines that were written between the version's own row and the next one's are of either save: they must add up.
        """
        # As of its own row first: of a line whose quantity has come and whose amounts have not, the sum is still right.
        for at in (Place(place.written, place.written), place) if place.ended else (place,):
            payload = kind.payload(rows, self.parts.at(at))
            if payload is None or (kind.complete(payload) and self._saved(payload, place)):
                return payload
        return kind.payload(rows, self.parts.at(place)) if force else None

    def _saved(self, payload: Json, place: Place) -> bool:
        """Whether no save is under way: a refund's ends with the order's own row, unless that was refunded before."""
        return payload.get("status") == "refunded" or not self.parts.pending(place)

    def _told(self, kind: Kind, payload: Json, lineage: Lineage, *, ended: bool) -> Told:
        if payload.get("status") == TRASH:
            return history.tell_deleted(kind.entity, payload["id"], lineage, self.history)
        event = kind.event(payload, lineage)
        self._shown = _content(event["version"])
        return history.tell(event, self.history, new=self._new, ended=ended)

    def _lineage(self, shop_id: str) -> Lineage:
        topic, partition, offset, captured = self._source
        return Lineage(shop_id, "cdc", topic, partition, offset, from_ms(captured))

    def _keep(self, told: Told, now: datetime) -> Told:
        self.history = told.history
        self._since = self._since or to_ms(now)
        self._close(now)
        return told

    def _open(self, by: Opened, now: datetime) -> None:
        if by == "header" or not self._opened:
            self._opened = by
        self._changed, self._since = to_ms(now), self._since or to_ms(now)
        self._next = to_ms(now + self._pace.quiet)

    def _close(self, now: datetime) -> bool:
        """Whether everything is told; then it rests until its life is over."""
        if self._opened or self._waiting:
            return False
        self._since, self._recalled = 0, False
        self._next = to_ms(now + self._pace.life)
        return True


def _content(version: str) -> str:
    """The part of a version that its content gives, without status and date."""
    return version.rpartition("/")[2]
