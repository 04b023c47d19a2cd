"""The shop at work: writes, records, tells; what happens to one entity happens one after the other."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from infra.local.shop import facts
from infra.local.shop.changes import Change, Ids, Stamp
from infra.local.shop.courier import Courier
from infra.local.shop.ledger import ChangeFact, Ledger
from infra.local.shop.opening import Opening
from infra.local.shop.order import PlacedOrder
from infra.local.shop.payload.parts import JsonObject
from infra.local.shop.rows import legacy
from infra.local.shop.sessions import Sessions
from infra.local.shop.site import OrderStorage, utc_now
from infra.local.shop.state import OrderState
from infra.local.shop.webhook import Topic, delivery
from infra.local.shop.writers import Writers

LOOK_AGAIN_S = 0.05


@dataclass(frozen=True, slots=True)
class Habits:
    """How a shop goes about things. `pauses` says whether time passes between an order's steps."""

    secret: str = field(repr=False)
    source_url: str
    pauses: bool
    absence_s: float
    """How long somebody stays away who leaves a cart and comes back."""
    clock: Callable[[], datetime] = utc_now


@dataclass(frozen=True, slots=True)
class Shop:
    """What every order and chore needs."""

    opening: Opening
    writers: Writers
    courier: Courier
    ledger: Ledger
    ids: Ids
    sessions: Sessions
    habits: Habits
    _locks: dict[tuple[str, str], asyncio.Lock] = field(default_factory=dict, repr=False)

    async def write(self, changes: Sequence[Change], about: int) -> None:
        """Execute changes and record the business facts among them."""
        stored = changes
        if self.opening.installation.order_storage is OrderStorage.POSTS:
            stored = legacy.translated(changes, self.ids)
        await self.writers.apply(stored)
        now = datetime.now(UTC)
        for row in facts.row_facts(changes, about, now):
            self.ledger.write(row)
        for fact in facts.created(changes, about, now):
            self.ledger.write(fact)

    def record(self, event_type: str, order: PlacedOrder, state: OrderState, status: str | None = None) -> None:
        """Record a change of an order; `status` where it is not the state's."""
        total, moment = f"{order.amounts.total:.2f}", state.modified_at
        self.ledger.write(ChangeFact(event_type, "order", order.id, moment, status or state.status, total))

    def record_cart(self, event_type: str, session_id: int, key: str, total: Decimal, now: datetime) -> None:
        """Record a change of a cart."""
        self.ledger.write(ChangeFact(event_type, "cart", session_id, now, total=f"{total:.2f}", name=key))

    async def tell(self, topic: Topic, payload: JsonObject) -> None:
        """Deliver a webhook."""
        await self.courier.send(delivery(topic, payload, self.habits.secret, self.now(), self.habits.source_url))

    def stamp(self) -> Stamp:
        """Ids and the present second for the next rows."""
        return Stamp(self.ids, self.now())

    def now(self) -> datetime:
        """The present second, in UTC."""
        return self.habits.clock()

    async def later(self, than: datetime) -> Stamp:
        """As `stamp`, in a later second: two states of one entity never bear the same date unless they differ."""
        while (stamp := self.stamp()).now <= than:  # noqa: ASYNC110 - the clock tells nobody
            await asyncio.sleep(LOOK_AGAIN_S)
        return stamp

    @asynccontextmanager
    async def alone(self, entity: str, names: Iterable[object]) -> AsyncIterator[None]:
        """Hold all the entities named: nobody else changes them meanwhile. Sorted, so that two holders never wait."""
        async with AsyncExitStack() as stack:
            for name in sorted({str(name) for name in names}):
                await stack.enter_async_context(self._locks.setdefault((entity, name), asyncio.Lock()))
            yield
