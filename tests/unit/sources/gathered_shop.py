"""A shop's row changes gathered without Kafka: state in a dict, parts brought to their orders, the clock the test's."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from avro_schemas.records import CapturedEvent
from streams.clock import to_ms
from streams.delivery.refusal import RefusedError
from streams.delivery.state import State
from streams.sources import entities
from streams.sources.assembly import parts
from streams.sources.debezium import Change
from streams.sources.fields import Json
from streams.sources.lineage import Lineage
from streams.sources.versions.gathering import GATHERED, Gathered, Gathering
from streams.sources.versions.history import Told
from streams.sources.versions.pace import Pace

START = datetime.fromisoformat("2026-11-24T10:00:00+00:00")


class Kept(dict[str, State]):
    """A table in memory."""

    def put(self, key: str, value: State) -> None:
        """See streams.delivery.state.StateView."""
        self[key] = value

    def delete(self, key: str) -> None:
        """See streams.delivery.state.StateView."""
        self.pop(key, None)


@dataclass(slots=True)
class GatheredShop:
    """What is told of the shop `demo`, and how."""

    pace: Pace = field(default_factory=Pace)
    now: datetime = START
    told: list[Told] = field(default_factory=list)
    recalled: list[str] = field(default_factory=list)
    broken: list[RefusedError] = field(default_factory=list)
    kept: Kept = field(default_factory=Kept)
    hold_parts: bool = False
    """Whether parts stay on their way until `bring`."""
    on_their_way: list[bytes] = field(default_factory=list)
    offset: int = 0

    @property
    def gathering(self) -> Gathering:
        """With the test's clock."""
        return Gathering(self.pace, lambda: self.now)

    @property
    def events(self) -> list[CapturedEvent]:
        """What was told, without what was told before."""
        return [one.event for one in self.told if one.event is not None]

    def lineage(self, route: str = "cdc") -> Lineage:
        """Of the next message."""
        self.offset += 1
        return Lineage("demo", route, "shop.cdc.changes", 0, self.offset, self.now)  # type: ignore[arg-type]

    def rows(self, changes: Iterable[Change]) -> None:
        """Row changes, one after the other."""
        for change in changes:
            if change.table in GATHERED:
                self._take(self.gathering.row(change, self.lineage(), self.kept))

    def bring(self) -> None:
        """Parts that were on their way arrive."""
        values, self.on_their_way = self.on_their_way, []
        for value in values:
            self._take(self.gathering.part(parts.decode(value), self.lineage(), self.kept))

    def webhook(self, payload: Json) -> Told:
        """An order's delivery."""
        lineage = self.lineage("webhook")
        told = self.gathering.delivered(entities.order(payload, lineage), lineage, self.kept)
        self.told.append(told)
        return told

    def wait(self, seconds: float) -> None:
        """Time passes; what is due is woken, in the order of its time."""
        ends = self.now + timedelta(seconds=seconds)
        while due := self._due(ends):
            key, at = due
            self.now = max(self.now, at)
            before = self.kept[key]
            self._take(self.gathering.wake(key, self.kept))
            assert self.kept.get(key) is not before, "the timer would ring for ever"
        self.now = ends

    def _due(self, ends: datetime) -> tuple[str, datetime] | None:
        timers = [(state["wake_at"], key) for key, state in self.kept.items() if state["wake_at"] <= to_ms(ends)]
        if not timers:
            return None
        at, key = min(timers)
        return key, START + timedelta(milliseconds=at - to_ms(START))

    def _take(self, gathered: Gathered) -> None:
        self.told += gathered.told
        if gathered.recall:
            self.recalled.append(gathered.recall.entity)
        if gathered.broken:
            self.broken.append(gathered.broken)
        self.on_their_way += [part.encode() for part in gathered.parts]
        if self.on_their_way and not self.hold_parts:
            self.bring()
