"""One entity of the shop as both routes tell it: rows that come apart, deliveries that come whole. Pure.

A save in WooCommerce is a handful of rows, and nothing says which is the last. A version is therefore told when the
next one begins, or when the entity has been quiet for a moment. Some saves write the entity's own row first and its
details behind it, others the details first: by what a version was opened says where it ends.

What comes too early for its lines waits for them; what is never made whole is said to be so.
"""

from datetime import datetime, timedelta

from avro_schemas.records import CapturedEvent
from streams.clock import from_ms, to_ms
from streams.delivery.refusal import RefusedError
from streams.delivery.state import State
from streams.sources.assembly.kinds import Kind, is_refund, kind_of, kind_of_row, kind_of_tables, refund_of
from streams.sources.assembly.order import DRAFTS
from streams.sources.assembly.parts import Part
from streams.sources.assembly.rows import Rows
from streams.sources.debezium import Change
from streams.sources.fields import Json, optional_moment, text
from streams.sources.lineage import Lineage
from streams.sources.versions import borders, history
from streams.sources.versions.history import History, Told
from streams.sources.versions.kept_parts import KeptParts, Place
from streams.sources.versions.memory import Memory
from streams.sources.versions.pace import Pace, Woken
from streams.sources.versions.whole import whole

MAX_WAITING = 20
TRASH = "trash"


class Aggregate:
    """Rows and parts of one entity, what was told of it, and what waits."""

    def __init__(self, pace: Pace, kept: State | None = None) -> None:
        """`kept`: what `state` gave; None for an entity that was never seen."""
        kept = kept or {}
        self.rows = Rows(kept.get("rows"))
        self.parts = KeptParts(kept.get("parts"))
        self.history = History.read(kept.get("history"))
        self.broken: RefusedError | None = None
        """Why the newest look at it told nothing, though it should have."""
        self._memory = Memory.read(kept)
        self._pace = pace

    @property
    def state(self) -> State:
        """For the table, as JSON."""
        whole_state = {"rows": self.rows.state, "parts": self.parts.state, "history": self.history.state}
        return {**whole_state, **self._memory.state}

    @property
    def wake_at(self) -> int:
        """When it has to be looked at again, in milliseconds since the epoch."""
        return self._memory.next

    def row(self, change: Change, lineage: Lineage, now: datetime) -> list[Told]:
        """Take a row change in; what it lets be told. RefusedError when the row has no id."""
        memory = self._memory
        if change.op == "d":
            return self._deleted(change, lineage, now)
        if change.position <= memory.erased:
            # Of before its end: alone it would be taken for the beginning of another life.
            return []
        if self.rows.knows(change):
            # Put back from the dead letters, or read twice: worth another look, and no change.
            memory.open("detail", now, self._pace)
            return []
        told: list[Told] = []
        if borders.rested(memory, change, self._pace):
            told += self._before(change.position, lineage.shop_id)
            memory.settle()
        moves, counts, ends = borders.moves(self.rows, change), borders.counts(self.rows, change), False
        if (moves and memory.opened == "header") or (counts and memory.counted):
            told += self._before(change.position, lineage.shop_id)
        elif moves and memory.opened == "detail" and borders.header_last(self.rows, change):
            ends = borders.differs(memory, self.rows, self.parts)
        self.rows.take(change)
        memory.heard(lineage)
        memory.written = to_ms(change.changed_at)
        created = kind_of_row(change) is not None and change.op == "c" and not self.history.began
        memory.new = memory.new or created
        memory.open("header" if moves else "detail", now, self._pace)
        memory.counted = counts or (memory.counted and not moves)
        told += self._settle(lineage.shop_id) if ends else []
        memory.close(now, self._pace)
        return told

    def part(self, part: Part, lineage: Lineage, now: datetime) -> list[Told]:
        """Take a part in; what it lets be told. RefusedError when there are too many."""
        if self.history.gone and part.content is None:
            return []
        told: list[Told] = []
        if borders.refunded(self._memory, self.rows, self.parts, part):
            told = self._before(part.position, part.shop_id)
            self._memory.opened = ""
        if not self.parts.take(part):
            return told
        if not self._memory.source:
            self._memory.heard(lineage)
        if self.rows.empty:
            # Parts alone are no order yet, and its rows may be far behind: whatever tells the order tells these.
            self._memory.next = to_ms(now + self._pace.life)
            return []
        self._memory.open("detail", now, self._pace)
        return [*told, *self._ready(part.shop_id)]

    def delivered(self, event: CapturedEvent, now: datetime) -> Told:
        """Tell what a webhook carries, unless it was told."""
        return self._keep(history.tell(event, self.history, new=self._memory.new), now)

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
        if part is None or part.content == self._memory.sent:
            return None
        self._memory.sent = part.content
        return part

    def woken(self, shop_id: str, now: datetime, lag: timedelta = timedelta()) -> Woken:
        """Look again, when `wake_at` has passed. `lag`: how old rows are that come now, of whichever entity.

        What is quiet may only be slow: a part that comes by two topics lags twice.
        """
        memory = self._memory
        if not memory.since:
            return Woken(forgotten=True)
        quiet = from_ms(memory.changed) + self._pace.quiet + 2 * lag
        if now < quiet:
            memory.next = to_ms(quiet)
            return Woken()
        if lag > self._pace.quiet:
            memory.since = to_ms(now)
        overdue = now >= from_ms(memory.since) + self._pace.patience
        told = [*self._ready(shop_id, force=overdue), *self._settle(shop_id, force=overdue)]
        if memory.close(now, self._pace):
            return Woken(told)
        memory.next = to_ms(from_ms(memory.since) + self._pace.patience)
        return self._missing(told, now) if overdue else Woken(told)

    def _missing(self, told: list[Told], now: datetime) -> Woken:
        """Ask for the rows once, and give up when that has not helped."""
        memory, kind = self._memory, kind_of(self.rows) or kind_of_tables(self.rows)
        if not memory.recalled and kind is not None:
            memory.recalled, memory.since = True, to_ms(now)
            memory.next = to_ms(now + self._pace.patience)
            return Woken(told, recall=kind)
        memory.waiting, memory.opened = [], ""
        memory.close(now, self._pace)
        missing = ", ".join(name for name in kind.tables if not self.rows.of(name)) if kind else "its own row"
        rule = f"assembly: rows of {missing} never came"
        self.broken = RefusedError(rule, "see that the connector captures them, then replay")
        return Woken(told)

    def _deleted(self, change: Change, lineage: Lineage, now: datetime) -> list[Told]:
        memory, kind = self._memory, kind_of(self.rows) or kind_of_row(change)
        if kind is None or change.table != kind.header:
            if self.history.gone or not self.rows.of(change.table):
                return []
            if self._breaks(kind, change):
                told = self._before(change.position, lineage.shop_id)
                self.rows.take(change)
                memory.settle()
                memory.close(now, self._pace)
                return told
            self.rows.take(change)
            if not any(map(self.rows.of, self.rows)):
                # Deleted row by row, as a refund is: nothing is left that could be told, or be waited for.
                memory.settle()
                memory.close(now, self._pace)
                return []
            memory.open("detail", now, self._pace)
            return []
        draft = kind.status(change.row) in DRAFTS and not self.history.began
        last = [] if draft else self._last(change, lineage)
        self.rows, self.parts = Rows(), KeptParts()
        memory.waiting, memory.opened, memory.since = [], "", to_ms(now)
        memory.erased = max(memory.erased, change.position)
        if draft:
            memory.close(now, self._pace)
            return []
        return [*last, self.ended(kind.entity, int(text(change.row, kind.primary)), lineage, now)]

    def _breaks(self, kind: Kind | None, change: Change) -> bool:
        """Whether the entity is no longer whole without the row that goes, so that its end has begun."""
        if kind is None or not self._memory.opened:
            return False
        if change.table in kind.lasting:
            return True
        after = Rows(self.rows.state)
        after.take(change)
        try:
            place = Place("")
            return kind.payload(self.rows, self.parts.at(place)) is not None and (
                kind.payload(after, self.parts.at(place)) is None
            )
        except RefusedError:
            return False

    def _last(self, change: Change, lineage: Lineage) -> list[Told]:
        """What was not told yet when the entity ends."""
        told = self._before(change.position, lineage.shop_id) if self._memory.opened else []
        return [*told, *self._ready(lineage.shop_id, force=True)]

    def _before(self, position: str, shop_id: str) -> list[Told]:
        """The version that ends at a place in the binlog; without its lines it has to wait for them."""
        kind = kind_of(self.rows)
        if kind is None or self.rows.one(kind.header) is None:
            return []
        place = Place(self.rows.position_of(kind.header), position)
        told = self._render(kind, shop_id, self.rows, place)
        if told is not None:
            return [told]
        # Its details too: a later version writes over them while it waits.
        self._memory.waiting.append([place.written, position, Rows(self.rows.state).state])
        return self._ready(shop_id, force=True, most=1) if len(self._memory.waiting) > MAX_WAITING else []

    def _settle(self, shop_id: str, *, force: bool = False) -> list[Told]:
        """Tell the state as it is, if it is whole, or if nobody waits any longer."""
        if not self._memory.opened:
            return []
        kind = kind_of(self.rows)
        if kind is None:
            if self.rows.of("posts") or is_refund(self.rows):
                self._memory.opened = ""
            return []
        told = self._render(kind, shop_id, self.rows, Place(self.rows.position_of(kind.header)), force=force)
        if told is not None:
            self._memory.settle()
        return [told] if told else []

    def _ready(self, shop_id: str, *, force: bool = False, most: int = MAX_WAITING + 1) -> list[Told]:
        """Versions that waited for their lines and have them."""
        kind, told = kind_of(self.rows), list[Told]()
        while kind is not None and self._memory.waiting and len(told) < most:
            written, ended, rows = self._memory.waiting[0]
            one = self._render(kind, shop_id, self.rows.as_of(rows), Place(written, ended), force=force)
            if one is None:
                break
            del self._memory.waiting[0]
            told.append(one)
        return told

    def _render(self, kind: Kind, shop_id: str, rows: Rows, place: Place, *, force: bool = False) -> Told | None:
        """The version at a place, with `rows` as they were then; None while it is not whole."""
        header = rows.one(kind.header)
        if header is not None and kind.status(header) in DRAFTS:
            return Told(None, self.history)
        try:
            payload = whole(kind, rows, self.parts, place, force=force)
            if payload is None:
                return None
            told = self._told(kind, payload, self._memory.lineage(shop_id), ended=place.ended is not None)
        except RefusedError as refused:
            # One of the rows cannot be read: none of the others is to blame, and none can be told without it.
            self.broken = refused
            return Told(None, self.history)
        self.history = told.history
        return told

    def _told(self, kind: Kind, payload: Json, lineage: Lineage, *, ended: bool) -> Told:
        if payload.get("status") == TRASH:
            when = optional_moment(payload, "date_modified_gmt")
            return history.tell_deleted(kind.entity, payload["id"], lineage, self.history, when)
        event = kind.event(payload, lineage)
        self._memory.shown = borders.content(event["version"])
        return history.tell(event, self.history, new=self._memory.new, ended=ended)

    def _keep(self, told: Told, now: datetime) -> Told:
        self.history = told.history
        self._memory.since = self._memory.since or to_ms(now)
        self._memory.close(now, self._pace)
        return told
