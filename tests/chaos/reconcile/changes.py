"""Business changes one by one: what the shop's ledger says that it did, against the events that landed. Pure.

An order's change is known by its second, its status and its total, never by its kind: which kind of change a state is
depends on what came before it, and a state that arrives late has another predecessor. What nothing depends on is that
every order is placed, and every other entity created, exactly once.

Changes that bear no date of their own may be told as one when they fall into the same quiet moment: uses of a coupon,
and what befalls a customer within one second. For those at least one event must be there, and never more than changes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tests.chaos.reconcile.items import Item

CREATIONS = frozenset({"order_placed", "customer_created", "product_created", "coupon_created"})
DELETIONS = frozenset({"order_deleted", "customer_deleted", "product_deleted", "coupon_deleted", "review_deleted"})
UNTOLD = frozenset({"cart_abandoned"})
"""A cart is abandoned after an hour; the ledger calls those so that are left when the shop closes."""
LEDGER = "the shop's ledger"


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One business change as both sides know it."""

    entity: str
    number: str
    what: str
    second: int = 0
    """Epoch second; 0 where both sides do not bear the same."""
    status: str = ""
    total: str = ""

    @property
    def coalesces(self) -> bool:
        """Whether several of them may be told as one."""
        return self.entity in {"customer", "coupon"} and self.what in {"state", "updated"}

    def item(self, place: str, why: str) -> Item:
        """For the report."""
        moment = datetime.fromtimestamp(self.second).astimezone().isoformat() if self.second else ""
        key = " ".join(part for part in (self.what, moment, self.status, self.total) if part)
        return Item("change", f"{self.entity}/{self.number} {key}", place, "demo", self.entity, self.number, "", why)


@dataclass(frozen=True, slots=True)
class Event:
    """One row of commerce_events, as far as it is compared here."""

    event_id: str
    event_type: str
    entity: str
    number: str
    second: int
    status: str
    total: str
    version: str
    content: tuple[str, ...] = ()
    """What `reconcile.states` compares."""
    late: bool = False
    offset: int = 0

    @property
    def changes(self) -> list[Change]:
        """What it tells."""
        return _changes(self.event_type, self.entity, self.number, self.second, self.status, self.total)


def changes_of(fact: Mapping[str, object]) -> list[Change]:
    """What a `change` fact of the ledger calls for."""
    second = int(datetime.fromisoformat(str(fact["changed_at"])).timestamp())
    about = (str(fact["event_type"]), str(fact["entity"]), str(fact["id"]))
    return _changes(*about, second, str(fact["status"] or ""), str(fact["total"] or ""))


def _changes(  # noqa: PLR0917 - the fields of a fact and of an event
    event_type: str, entity: str, number: str, second: int, status: str, total: str
) -> list[Change]:
    if event_type in UNTOLD:
        return []
    if event_type in DELETIONS:
        return [Change(entity, number, "deleted")]
    found = [Change(entity, number, "created")] if event_type in CREATIONS else []
    match entity:
        case "order":
            return [*found, Change(entity, number, "state", second, status, _money(total))]
        case "customer" | "product":
            return [*found, Change(entity, number, "state", second, status)]
        case "coupon":
            # Its use moves no date, and the ledger bears the commit's.
            return found or [Change(entity, number, "updated")]
        case "cart":
            return [Change(entity, number, "changed", 0, "", _money(total))]
        case "review" if event_type == "review_edited":
            return [Change(entity, number, "edited", 0, status)]
        case "review" | "order_note":
            return [Change(entity, number, "written", second)]
        case _:
            return [Change(entity, number, "changed")]


def _money(total: str) -> str:
    return f"{Decimal(total):.2f}" if total else ""


def untold(due: Mapping[Change, int], events: Iterable[Event]) -> Iterator[Item]:
    """Changes that too few events tell."""
    found = Counter(change for event in events for change in event.changes)
    for change, count in due.items():
        missing = (0 if found[change] else 1) if change.coalesces else count - found[change]
        if missing > 0:
            yield change.item(LEDGER, f"told {found[change]} times of {count}")


def surplus(due: Mapping[Change, int], events: Iterable[Event]) -> tuple[list[Item], list[Item]]:
    """Changes that are told more often than they happened, and those that never did; true only when the shop rests."""
    telling: dict[Change, list[Event]] = defaultdict(list)
    for event in events:
        for change in event.changes:
            telling[change].append(event)
    twice: list[Item] = []
    strange: list[Item] = []
    for change, told in telling.items():
        count = due.get(change, 0)
        if len(told) > count:
            names = ", ".join(f"{event.event_type} {event.version}" for event in told)
            item = change.item("commerce_events", f"told {len(told)} times, done {count}: {names}")
            (twice if count else strange).append(item)
    return twice, strange
