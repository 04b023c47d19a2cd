"""The life of a cart: updated, abandoned after a quiet time, recovered. Pure, and the same on every replay.

A session is written at every visit: most rows change nothing in the cart, but show that the shopper is there. The state
of a cart is JSON, holds personal data, and names by `wake_at` when it wants to be woken.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias

from avro_schemas.records import CapturedEvent, Cart, CartItem
from streams.clock import from_ms
from streams.delivery.state import State
from streams.sources.carts.content import CartContent, content
from streams.sources.debezium import Change
from streams.sources.fields import NO_MONEY, integer
from streams.sources.lineage import Lineage

# How long the end of a session is remembered: longer than the topic keeps a row that might come again.
FORGET_AFTER = timedelta(days=8)

Told: TypeAlias = Literal["cart_updated", "cart_abandoned", "cart_recovered"]


@dataclass(frozen=True, slots=True)
class Step:
    """What to tell, and the state to keep; None to keep none."""

    state: State | None = field(repr=False)
    events: Sequence[CapturedEvent] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class _Life:
    """The state of one session's cart. Everything after `wake_at` is unset once the session is gone."""

    position: str
    """Newest row that was seen."""
    wake_at: int | None
    """Epoch milliseconds."""
    shop_id: str = ""
    session_id: int = 0
    items: Sequence[tuple[int, int, int, str]] = ()
    """Product, variation, pieces, line total."""
    changed: str = ""
    """Row that changed the items last."""
    told: Told | None = None
    subject: str | None = None
    country: str = ""
    source: tuple[str, int, int] = ("", 0, 0)
    """Topic, partition and offset of the newest row."""

    @property
    def waits(self) -> bool:
        """Whether there are goods that are not told as abandoned."""
        return bool(self.items) and self.told != "cart_abandoned"

    @property
    def bought(self) -> list[tuple[int, int, int]]:
        """What lies in the cart, whatever it costs today and in whichever order it stands."""
        return sorted((product, variation, pieces) for product, variation, pieces, _ in self.items)


def changed(change: Change, lineage: Lineage, kept: State | None, quiet: timedelta) -> Step:
    """A row of the sessions table, given the state that is kept for its session key.

    `quiet`: how long a cart with goods stays as it is before it counts as abandoned. A row that comes again or late
    tells nothing. A quiet time that ended before this row is told first: a replay tells what the timer told.
    """
    life = None if kept is None else _Life(**kept)
    if change.op == "t" or (life is not None and change.position <= life.position):
        return Step(kept)
    events: list[CapturedEvent] = []
    if life is not None and (at := _abandoned_by(life, change)) is not None:
        life, event = _abandon(life, at)
        events.append(event)
    if change.op == "d":
        # Logged out, expired, or become a customer's: neither emptied nor bought. Remembered for rows that come late.
        return Step(asdict(_Life(change.position, _ms(change.changed_at + FORGET_AFTER))), events)
    found = content(change.row, change.shop_id)
    before = life if life is not None and life.session_id == found.session_id else None
    after = _seen(before, found, change, lineage, quiet)
    if after.changed == change.position:
        events.append(_event(after, after.told or "cart_updated", after.changed, change.changed_at, change.changed_at))
    return Step(asdict(after), events)


def woken(kept: State) -> Step:
    """The time that the state named has come: the cart is abandoned, or a session's end may be forgotten."""
    life = _Life(**kept)
    if not life.waits or life.wake_at is None:
        return Step(None if not life.session_id else asdict(replace(life, wake_at=None)))
    after, event = _abandon(life, from_ms(life.wake_at))
    return Step(asdict(after), [event])


def _seen(before: _Life | None, found: CartContent, change: Change, lineage: Lineage, quiet: timedelta) -> _Life:
    """The life after a row that is there, its timer set anew by whatever shows that the shopper is there."""
    after = _Life(
        position=change.position,
        wake_at=_ms(change.changed_at + quiet),
        shop_id=change.shop_id,
        session_id=found.session_id,
        items=[_compact(item) for item in found.items],
        changed=before.changed if before else "",
        told=before.told if before else None,
        subject=found.subject or (before.subject if before else None),
        country=found.country or (before.country if before else ""),
        source=(lineage.topic, lineage.partition, lineage.offset),
    )
    if after.bought != (before.bought if before else []):
        recovered = before is not None and before.told == "cart_abandoned"
        after = replace(after, changed=change.position, told="cart_recovered" if recovered else "cart_updated")
    elif before is not None and change.op == "r":
        # A snapshot reads the row: nobody was there.
        after = replace(after, wake_at=before.wake_at)
    return after if after.waits else replace(after, wake_at=None)


def _abandoned_by(life: _Life, change: Change) -> datetime | None:
    """When the cart was abandoned, if it was before this row: its quiet time was over, or its session expired."""
    if not life.waits:
        return None
    if life.wake_at is not None and life.wake_at <= _ms(change.changed_at):
        return from_ms(life.wake_at)
    expired = change.op == "d" and integer(change.row, "session_expiry", 0) <= change.changed_at.timestamp()
    return change.changed_at if expired else None


def _abandon(life: _Life, at: datetime) -> tuple[_Life, CapturedEvent]:
    after = replace(life, wake_at=None, told="cart_abandoned")
    # It was captured when it was known: waiting for the quiet time is no delay of the way.
    return after, _event(after, "cart_abandoned", f"abandoned/{life.changed}", at, at)


def _event(life: _Life, kind: Told, version: str, occurred_at: datetime, captured_at: datetime) -> CapturedEvent:
    lineage = Lineage(life.shop_id, "cdc", *life.source, captured_at)
    event = lineage.event(
        kind, "cart", life.session_id, version, occurred_at, subject=life.subject, country=life.country
    )
    items = [
        CartItem(product_id=product, variation_id=variation, quantity=pieces, total=Decimal(total))
        for product, variation, pieces, total in life.items
    ]
    event["cart"] = Cart(items=items, total=sum((item["total"] for item in items), NO_MONEY))
    return event


def _compact(item: CartItem) -> tuple[int, int, int, str]:
    return item["product_id"], item["variation_id"], item["quantity"], str(item["total"])


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
