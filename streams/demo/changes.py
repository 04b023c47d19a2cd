"""The business changes of a shop, in facts that its ledger and ClickHouse are both asked for. Pure.

Whichever route told a change, it is one event. A fact that can come more than once is numbered, so that a change told
twice is as much a difference as one that was never told.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Fact = tuple[str, ...]
Entity = Literal["order", "order_note", "review", "customer", "product", "coupon", "cart", "option"]
ENTITIES: tuple[Entity, ...] = get_args(Entity)

# Takes longer than a day of the demonstration.
_NOT_YET = "cart_abandoned"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `event_type` and `entity` as in commerce_event, `second` (UTC, epoch) of its business time."""

    event_type: str
    entity: str
    id: int
    second: int
    status: str = ""
    """Of an order."""


def facts(changes: Iterable[Change]) -> Mapping[str, set[Fact]]:
    """What must be the same on both sides, by entity."""
    found: dict[str, set[Fact]] = {entity: set() for entity in ENTITIES}
    times: Counter[Fact] = Counter()
    for change in changes:
        if change.event_type == _NOT_YET:
            continue
        found[change.entity].update(_states(change))
        for fact in _happenings(change):
            times[change.entity, *fact] += 1
            found[change.entity].add((*fact, str(times[change.entity, *fact])))
    return found


def _happenings(change: Change) -> Iterator[Fact]:
    """What happens as often as it is told."""
    number, kind = str(change.id), change.event_type.removeprefix(f"{change.entity}_")
    match change.entity:
        case "order":
            if kind == "placed":
                yield (number, kind)
            yield (number, kind) if kind == "deleted" else (number, change.status, str(change.second))
        case "cart" | "option":
            yield (number, "changed")
        case "customer" | "product" | "coupon" if kind not in ("created", "deleted"):
            return
        case _:
            yield (number, kind)


def _states(change: Change) -> Iterator[Fact]:
    """What an entity has at a second; several changes within it may be one."""
    if change.entity in ("customer", "product") and not change.event_type.endswith("_deleted"):
        yield (str(change.id), str(change.second))
