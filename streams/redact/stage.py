"""The redact stage: deliveries and row changes in, events without personal data out.

The only stage that ever sees personal data. It reads both routes, keyed alike, so that all that concerns one entity
meets in one partition and in one state: what the shop tells twice is published once, whichever way it came first.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from avro_schemas.codec import Codec
from avro_schemas.records import CapturedEvent
from streams.clock import now, to_ms
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import WAKE_AT, StateView
from streams.metrics import IGNORED, RECALLED
from streams.redact import context, deliveries
from streams.redact.backlog import Backlog
from streams.redact.carts import SESSION, Carts
from streams.redact.last import LAST, kept_message, message_of
from streams.redact.notes import Notes
from streams.redact.publish import Publisher
from streams.redact.telling import Telling
from streams.redact.vault.keeper import VAULT
from streams.redact.violations import Violations
from streams.sources import comments, debezium, options
from streams.sources.assembly import parts
from streams.sources.assembly.kinds import HPOS_ORDER, Kind
from streams.sources.assembly.line import TABLES as LINE_TABLES
from streams.sources.debezium import Change
from streams.sources.lineage import Lineage
from streams.sources.versions import recall
from streams.sources.versions.gathering import AGGREGATE, GATHERED, Gathered, Gathering, entity_key, post_key, row_key
from streams.sources.versions.pace import Pace
from topics.names import CONNECT_SIGNALS, SHOP_CDC_CHANGES, SHOP_CDC_PARTS, WOO_DELIVERIES, consumer_group

SOURCES = [WOO_DELIVERIES, SHOP_CDC_CHANGES, SHOP_CDC_PARTS]
_ORIGIN = "origin"


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the stage waits for what. `cart`: without a change for so long, a cart is abandoned."""

    pace: Pace
    cart: timedelta


class RedactStage:
    """See streams.delivery.stage.WakingStage."""

    name = "redact"
    group = consumer_group("redact")
    deadline_s = 30.0
    concurrency = 1

    def __init__(  # put together in streams.redact.wiring alone
        self,
        codec: Codec,
        publisher: Publisher,
        violations: Violations,
        waits: Waits,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """`clock`: the present, UTC; a replay gives the past."""
        self._codec = codec
        self._violations = violations
        self._waits = waits
        self._clock = clock
        self._gathering = Gathering(waits.pace, clock)
        self._telling = Telling(self.name, self.group, publisher, self._gathering, clock)
        self._backlog = Backlog(clock)
        self._carts = Carts(self._telling, waits.cart, waits.pace.life, clock)
        self._notes = Notes(self._telling, self._note, waits.pace.patience, clock)

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
        self._backlog.heard(message)
        if message.topic == WOO_DELIVERIES:
            return await self._delivery(message, state)
        if message.topic == SHOP_CDC_PARTS:
            return await self._part(message, state)
        if message.topic == SHOP_CDC_CHANGES:
            return await self._change(message, state)
        raise RefusedError("redact: a topic that this stage does not read", f"it reads {', '.join(SOURCES)}")

    async def wake(self, key: str, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.WakingStage."""
        kept = state.get(key) or {}
        if key.split("/")[1] == VAULT:
            state.delete(key)
            return []
        if key.split("/")[1] == SESSION:
            return await self._carts.woken(key, state)
        outputs: list[Output] = []
        due = self._notes.due(kept)
        if due is not None and due <= to_ms(self._clock()):
            overdue = self._notes.overdue(key, state)
            outputs += [*overdue.outputs, *(self._recall(HPOS_ORDER, key, state) if overdue.ask else ())]
        if AGGREGATE in kept and kept[AGGREGATE]["next"] <= to_ms(self._clock()):
            outputs += await self._woken(key, state)
        elif AGGREGATE not in kept and due is None:
            state.delete(key)
        self._time(key, state)
        return outputs

    async def _delivery(self, message: Message, state: StateView) -> list[Output]:
        event = deliveries.capture(message, self._codec)
        if event is None:
            return self._ignore("action")
        lineage = Lineage.of(message, event["shop_id"], "webhook", event["captured_at"])
        key = entity_key(event)
        told = self._gathering.delivered(event, lineage, state)
        outputs = await self._telling.delivered(told, context.known(context.read(state.get(key))), state)
        outputs += await self._notes.order(event, key, state)
        self._time(key, state)
        return outputs

    async def _part(self, message: Message, state: StateView) -> list[Output]:
        part = parts.decode(message.value)
        lineage = Lineage.of(message, part.shop_id, "cdc", message.timestamp)
        return await self._gathered(
            self._gathering.part(part, lineage, state), message, post_key(part.shop_id, part.order_id), state
        )

    async def _change(self, message: Message, state: StateView) -> list[Output]:
        change = await self._parsed(message)
        if change is None:
            return self._ignore("tombstone")
        if change.op == "t":
            return self._ignore("truncated")
        violations = self._violations.outputs(change, message, self._clock())
        lineage = Lineage.of(message, change.shop_id, "cdc", change.changed_at)
        try:
            return [*violations, *await self._told_by(change, lineage, message, state)]
        except RefusedError as refused:
            if not violations:
                raise
            # What was found must be known, whatever else is wrong with the row.
            return [*violations, self._telling.dead(message, refused)]

    async def _told_by(self, change: Change, lineage: Lineage, message: Message, state: StateView) -> list[Output]:
        if change.table in GATHERED:
            return await self._row(change, lineage, message, state)
        if change.table == "woocommerce_sessions":
            return await self._carts.row(change, lineage, message, state)
        event = (comments if change.table == "comments" else options).captured(change, lineage)
        if event is None:
            return self._ignore(f"{change.table}_without_business_change")
        if event["note"] is None:
            return await self._telling.event(event, state)
        key = post_key(change.shop_id, event["note"]["order_id"])
        outputs = await self._notes.take(event, message, key, state)
        self._origin(change, key, state)
        self._time(key, state)
        return outputs

    async def _parsed(self, message: Message) -> Change | None:
        if self._codec.knows(message.value):
            return debezium.parse(message, self._codec)
        # The registry is asked for a table's new shape, and other partitions do not wait for it.
        return await asyncio.to_thread(debezium.parse, message, self._codec)

    async def _row(self, change: Change, lineage: Lineage, message: Message, state: StateView) -> list[Output]:
        gathered = self._gathering.row(change, lineage, state)
        if not gathered.kept:
            return self._ignore(f"{change.table}_without_business_change")
        key = row_key(change)
        if change.table in LINE_TABLES:
            return [_output(part) for part in gathered.parts]
        self._origin(change, key, state)
        outputs = await self._notes.address(change, key, state)
        return [*outputs, *await self._gathered(gathered, message, key, state)]

    async def _gathered(self, gathered: Gathered, message: Message, key: str, state: StateView) -> list[Output]:
        known = context.known(context.read(state.get(key)))
        outputs = await self._telling.gathered(gathered.told, message, known, state)
        for told in gathered.told:
            if told.event is not None:
                outputs += await self._notes.order(told.event, key, state)
        if gathered.broken is not None:
            outputs.append(self._telling.dead(message, gathered.broken))
        state.put(key, {**(state.get(key) or {}), LAST: kept_message(message)})
        self._time(key, state)
        return [*outputs, *(_output(part) for part in gathered.parts)]

    async def _woken(self, key: str, state: StateView) -> list[Output]:
        last = message_of(state.get(key) or {})
        gathered = self._gathering.wake(key, state, self._backlog.lag)
        if state.get(key) is None or last is None:
            return []
        outputs = await self._gathered(gathered, last, key, state)
        if gathered.recall is not None:
            outputs += self._recall(gathered.recall, key, state)
        return outputs

    def _recall(self, kind: Kind, key: str, state: StateView) -> list[Output]:
        """Ask for an entity's rows: they were written before anybody listened, or were forgotten since."""
        shop_id, _, number = key.split("/", 2)
        origin = (state.get(key) or {}).get(_ORIGIN)
        if origin is None:
            return []
        RECALLED.labels(shop_id).inc()
        where = recall.Origin(*origin)
        value = recall.signal(f"{key}/{to_ms(self._clock())}", where, recall.of_entity(kind, int(number), where))
        return [Output(CONNECT_SIGNALS, shop_id.encode(), value)]

    def _note(self, message: Message) -> CapturedEvent | None:
        change = debezium.parse(message, self._codec)
        if change is None:
            return None
        return comments.captured(change, Lineage.of(message, change.shop_id, "cdc", change.changed_at))

    def _origin(self, change: Change, key: str, state: StateView) -> None:
        kept = state.get(key) or {}
        if _ORIGIN not in kept:
            state.put(key, {**kept, _ORIGIN: [change.database, change.prefix]})

    def _time(self, key: str, state: StateView) -> None:
        """Set the state's timer to whatever comes first."""
        kept = state.get(key)
        if kept is None:
            return
        due = [kept[AGGREGATE]["next"]] if AGGREGATE in kept else [to_ms(self._clock() + self._waits.pace.life)]
        notes = self._notes.due(kept)
        state.put(key, {**kept, WAKE_AT: min([*due, *([notes] if notes is not None else [])])})

    def _ignore(self, reason: str) -> list[Output]:
        IGNORED.labels(self.name, reason).inc()
        return []


def _output(part: parts.Part) -> Output:
    return Output(SHOP_CDC_PARTS, str(part.order_id).encode(), part.encode())
