"""What was told of an entity already: the later arrival of a change is recognised, and a new one gets its kind. Pure.

Both routes tell states. A state that was told is not told again, whichever way it comes; a new one is a change against
those before it, and which kind of change follows from them. A row change or a delivery that arrives late tells a state
between two others: it is told all the same, with the time at which it was true.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from avro_schemas.records import CapturedEvent, EventType, Route
from streams.sources import entities
from streams.sources.identity import event_id
from streams.sources.lineage import Lineage

# Versions of one entity among which a repetition is recognised.
REMEMBERED = 50
# An entity first seen so long after its creation was there before: it is updated, not new.
_NEW = timedelta(hours=1)
_CREATED: Mapping[str, EventType] = {
    "order": "order_placed",
    "customer": "customer_created",
    "product": "product_created",
    "coupon": "coupon_created",
}


@dataclass(frozen=True, slots=True)
class History:
    """What was told of one entity. `status` and `refunded` are those of the newest state, by business time."""

    versions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Status and route by version, in the order of telling, at most REMEMBERED."""
    status: str = ""
    refunded: str = ""
    modified: str = ""
    by: str = ""
    """Route of the newest state."""
    ended: str = ""
    """When it was last deleted."""
    ended_by: str = ""
    """Route that told so."""
    gone: bool = False
    ends: int = 0
    """How often it was deleted."""

    @classmethod
    def read(cls, kept: Mapping[str, Any] | None) -> "History":
        """From the state of a table; an empty history for None."""
        return cls(**kept) if kept else cls()

    @property
    def state(self) -> dict[str, Any]:
        """For a table, as JSON."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def began(self) -> bool:
        """Whether anything was told."""
        return bool(self.versions)


@dataclass(frozen=True, slots=True)
class Told:
    """A state's place in the history: the event to publish, or None when it was told before; and the history then."""

    event: CapturedEvent | None = field(repr=False)
    history: History
    first: Route | None = None
    """The route by which it was told before."""
    entity: str = ""


def tell(event: CapturedEvent, history: History, *, new: bool = False, ended: bool = False) -> Told:
    """The event with its kind.

    `new`: whether the entity's creation was seen for certain; `ended`: whether another state is known to have followed.
    """
    modified = event["occurred_at"].isoformat()
    if _another(event, history):
        history, new = History(ended=history.ended, ended_by=history.ended_by, ends=history.ends), True
    if event["version"] in history.versions:
        if not _returned(event, history, modified):
            return Told(None, history, _route(history, event["version"]), event["entity"])
        event = _again(event, history)
    late = _late(event, modified, history, ended=ended)
    back = history.gone and not late
    after = History(
        versions=_with(history.versions, event["version"], _status(event), event["route"]),
        status=history.status if late else _status(event),
        refunded=history.refunded if late else _refunded(event),
        modified=max(modified, history.modified),
        by=history.by if late else event["route"],
        ended=history.ended,
        ended_by=history.ended_by,
        gone=history.gone and not back,
        ends=history.ends,
    )
    return Told({**event, "event_type": _kind(event, history, late=late, new=new), "late": late}, after)


def tell_deleted(
    resource: str, entity_id: int, lineage: Lineage, history: History, when: datetime | None = None
) -> Told:
    """The entity's end, told once; `when`: else `lineage` tells it. Out of the trash it does not end again."""
    when = when or lineage.captured_at
    at = when.isoformat()
    # The database tells when; a webhook, where nobody listens to the database, only that.
    mark = f"{when:%Y-%m-%dT%H:%M:%S}" if lineage.route == "cdc" else str(history.ends)
    event = entities.deleted(resource, entity_id, lineage, mark, when)
    late = at < history.modified
    by_webhook = history.ended_by == "webhook" and history.ended >= at
    if history.gone or event["version"] in history.versions or (late and by_webhook):
        return Told(None, history, cast(Route, history.ended_by or lineage.route), resource)
    versions = _with(history.versions, event["version"], "", lineage.route)
    after = replace(history, versions=versions, gone=not late, ended=at, ended_by=lineage.route, ends=history.ends + 1)
    return Told({**event, "late": late}, after)


def _late(event: CapturedEvent, modified: str, history: History, *, ended: bool) -> bool:
    """Whether a newer state was told. A state of before the end of an entity that is gone comes late, too."""
    if modified < history.modified:
        return True
    if history.gone and modified <= history.ended:
        # Both in the binlog's order: it has come back, whatever its dates say.
        in_order = event["route"] == history.ended_by == "cdc"
        return ended or not in_order
    # Within one second nothing but the binlog's order tells.
    return ended and modified == history.modified and history.by == "webhook"


def _another(event: CapturedEvent, history: History) -> bool:
    """Whether the id of an entity that is gone was given to another one."""
    created_at = event["created_at"]
    return history.gone and created_at is not None and created_at.isoformat() > history.ended


def _returned(event: CapturedEvent, history: History, modified: str) -> bool:
    """Whether the entity is again what it was: only what has no date of its own changes back within one version's time.

    The binlog tells states in their order, so that an older one which it told before is a new one.
    """
    last = next(reversed(list(history.versions)))
    told_by = _route(history, event["version"])
    return event["route"] == told_by == "cdc" and modified == history.modified and not last.startswith(event["version"])


def _again(event: CapturedEvent, history: History) -> CapturedEvent:
    times = sum(version.startswith(event["version"]) for version in history.versions)
    version = f"{event['version']}/{times}"
    again = event_id(event["shop_id"], event["entity"], event["entity_id"], version)
    return {**event, "version": version, "event_id": again}


def untell(event: CapturedEvent, history: History) -> History:
    """The history without an event that could not be published: what comes next of it is worth another look."""
    versions = {version: kept for version, kept in history.versions.items() if version != event["version"]}
    if event["event_type"] not in entities.DELETED:
        return replace(history, versions=versions)
    return replace(history, versions=versions, gone=False, ends=history.ends - 1)


def _kind(event: CapturedEvent, history: History, *, late: bool, new: bool) -> EventType:
    entity = event["entity"]
    if not history.began:
        created_at = event["created_at"]
        young = created_at is not None and event["occurred_at"] - created_at <= _NEW
        return _CREATED[entity] if new or young else event["event_type"]
    if entity != "order":
        return event["event_type"]
    status = _status(event)
    if late:
        known = any(seen == status for seen, _ in history.versions.values())
        return "order_updated" if known else "order_status_changed"
    if _refunded(event) != history.refunded:
        return "order_refunded"
    return "order_updated" if status == history.status else "order_status_changed"


def _status(event: CapturedEvent) -> str:
    return event["order"]["status"] if event["order"] else ""


def _refunded(event: CapturedEvent) -> str:
    """The refunds' ids: a refund is seen by its coming, whatever its amount."""
    return ",".join(str(one["refund_id"]) for one in event["order"]["refunds"]) if event["order"] else ""


def _route(history: History, version: str) -> Route | None:
    return cast(Route, history.versions[version][1]) if version in history.versions else None


def _with(versions: Mapping[str, Sequence[str]], version: str, status: str, route: Route) -> dict[str, Sequence[str]]:
    kept = {**versions, version: [status, route]}
    return dict(list(kept.items())[-REMEMBERED:])
