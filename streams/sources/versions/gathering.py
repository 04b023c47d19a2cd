"""Row changes, parts and deliveries to what they let be told: finds the entity of each in the stage's state.

Pure but for the state, which is the caller's. Keys: `<shop>/post/<id>` for orders, products and coupons, which share
WordPress' ids; `<shop>/user/<id>`; `<shop>/line/<id>` for the lines of orders.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from avro_schemas.records import CapturedEvent
from streams.delivery.refusal import RefusedError
from streams.delivery.state import State, StateView
from streams.sources.assembly import line, refund
from streams.sources.assembly.kinds import POST_TABLES, USER_TABLES, Kind, is_kept
from streams.sources.assembly.parts import Part
from streams.sources.debezium import Change
from streams.sources.entities import DELETED
from streams.sources.fields import integer
from streams.sources.lineage import Lineage
from streams.sources.tables import TABLES
from streams.sources.versions.aggregate import Aggregate
from streams.sources.versions.history import Told
from streams.sources.versions.lines import GatheredLine
from streams.sources.versions.pace import Pace

AGGREGATE = "aggregate"
"""Key of the aggregate in an entity's state."""
GATHERED = line.TABLES | POST_TABLES | USER_TABLES


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came of one input."""

    told: Sequence[Told] = field(default=(), repr=False)
    parts: Sequence[Part] = ()
    """To be brought to their orders."""
    recall: Kind | None = None
    """Kind of the entity, if its rows have to be asked for."""
    broken: RefusedError | None = None
    """Why an entity cannot be told."""
    kept: bool = True
    """Whether the input was about anything that is told."""


class Gathering:
    """The way from rows to entities, for all shops."""

    def __init__(self, pace: Pace, clock: Callable[[], datetime]) -> None:
        """`clock`: the present, UTC; a replay gives the past."""
        self._pace = pace
        self._clock = clock

    def row(self, change: Change, lineage: Lineage, state: StateView) -> Gathered:
        """A row change of one of GATHERED."""
        key = row_key(change)
        if change.table in line.TABLES:
            return self._line(change, key, state)
        if not is_kept(change):
            return Gathered(kept=False)
        aggregate = self._read(key, state)
        told = aggregate.row(change, lineage, self._clock())
        parts = [part for part in (self._refund(change, aggregate),) if part is not None]
        self._keep(key, aggregate, state)
        return Gathered(told, parts, broken=aggregate.broken)

    def part(self, part: Part, lineage: Lineage, state: StateView) -> Gathered:
        """A line or refund that reaches its order."""
        key = post_key(part.shop_id, part.order_id)
        aggregate = self._read(key, state)
        told = aggregate.part(part, lineage, self._clock())
        self._keep(key, aggregate, state)
        return Gathered(told, broken=aggregate.broken)

    def delivered(self, event: CapturedEvent, lineage: Lineage, state: StateView) -> Told:
        """An entity that a webhook carries whole, or says to be deleted."""
        key = entity_key(event)
        aggregate = self._read(key, state)
        if event["event_type"] in DELETED:
            told = aggregate.ended(event["entity"], event["entity_id"], lineage, self._clock())
        else:
            told = aggregate.delivered(event, self._clock())
        self._keep(key, aggregate, state)
        return told

    def untell(self, event: CapturedEvent, state: StateView) -> None:
        """An event could not be published: it counts as not told."""
        key = entity_key(event)
        aggregate = self._read(key, state)
        aggregate.untell(event)
        self._keep(key, aggregate, state)

    def wake(self, key: str, state: StateView, lag: timedelta = timedelta()) -> Gathered:
        """Look again at what a state's `wake_at` says. `lag`: see Aggregate.woken."""
        shop_id, room, _ = key.split("/", 2)
        if room == "line":
            state.delete(key)
            return Gathered()
        aggregate = self._read(key, state)
        woken = aggregate.woken(shop_id, self._clock(), lag)
        if woken.forgotten:
            state.delete(key)
            return Gathered()
        self._keep(key, aggregate, state)
        return Gathered(woken.told, recall=woken.recall, broken=aggregate.broken)

    def _line(self, change: Change, key: str, state: StateView) -> Gathered:
        gathered = GatheredLine(self._pace.life, state.get(key))
        part = gathered.row(change, self._clock())
        state.put(key, {**gathered.state, "wake_at": gathered.wake_at})
        return Gathered(parts=[part] if part else [])

    @staticmethod
    def _refund(change: Change, aggregate: Aggregate) -> Part | None:
        if change.op == "d":
            return refund.removed(change.row, change.shop_id, change.position)
        return aggregate.refund(change.shop_id)

    def _read(self, key: str, state: StateView) -> Aggregate:
        return Aggregate(self._pace, (state.get(key) or {}).get(AGGREGATE))

    @staticmethod
    def _keep(key: str, aggregate: Aggregate, state: StateView) -> None:
        beside: State = state.get(key) or {}
        state.put(key, {**beside, AGGREGATE: aggregate.state, "wake_at": aggregate.wake_at})


def row_key(change: Change) -> str:
    """Key of the entity that a row of one of GATHERED is about; RefusedError when the row does not say."""
    number = integer(change.row, TABLES[change.table].key)
    if change.table in line.TABLES:
        return f"{change.shop_id}/line/{number}"
    return (post_key if change.table in POST_TABLES else user_key)(change.shop_id, number)


def post_key(shop_id: str, number: int) -> str:
    """Key of an order, product or coupon."""
    return f"{shop_id}/post/{number}"


def user_key(shop_id: str, number: int) -> str:
    """Key of a customer."""
    return f"{shop_id}/user/{number}"


def entity_key(event: CapturedEvent) -> str:
    """Key of the entity that an event is about."""
    make = user_key if event["entity"] == "customer" else post_key
    return make(event["shop_id"], event["entity_id"])
