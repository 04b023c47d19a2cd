"""Runs a planned shop: opens it, lets the orders come at their rate, and counts what happened."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from infra.local.shop import chores, facts, site
from infra.local.shop.changes import Ids, Stamp
from infra.local.shop.courier import Courier
from infra.local.shop.database import DatabaseSettings, ShopDatabaseError
from infra.local.shop.holdings import holdings
from infra.local.shop.ledger import Ledger
from infra.local.shop.lifecycle import live
from infra.local.shop.model import OrderPath
from infra.local.shop.opening import opening
from infra.local.shop.planned import OrderPlan, ShopPlan
from infra.local.shop.poster import Poster
from infra.local.shop.sessions import Sessions
from infra.local.shop.shop import Habits, Shop
from infra.local.shop.site import Installation, OrderStorage, utc_now
from infra.local.shop.webhook import pings
from infra.local.shop.writers import Writers

ORDERS_UNDER_WAY = 32


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How a plan is played: `rate` in orders per second, None at full speed; `drop` the share of lost webhooks.

    `patience_s` is how long a change waits for a MariaDB that is away before the run ends.
    """

    database: DatabaseSettings
    webhook_url: str | None
    secret: str = field(repr=False)
    rate: float | None
    drop: float
    ledger: Path | None
    patience_s: float = 0.0
    order_storage: OrderStorage = OrderStorage.TABLES
    source_url: str = f"{site.SITE_URL}/"
    """What the shop's webhooks say where they come from."""
    absence_s: float = 1.0
    """How long somebody stays away who leaves a cart and comes back."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did. `deliveries` counts all that were due; order_notes are all rows, WooCommerce's own included."""

    seed: int
    orders: int
    drafts_never_completed: int
    deliveries: int
    acknowledged: int
    refused: int
    failed: int
    dropped: int
    customer_notes: int
    staff_notes: int
    order_notes: int
    reviews: int
    refunds: int
    statements: int
    elapsed_s: float
    orders_per_s: float


async def run(
    plan: ShopPlan,
    settings: RunSettings,
    progress: Callable[[int], None] = lambda done: None,
    closing: asyncio.Event | None = None,
) -> Summary:
    """Play the plan against MariaDB and the gateway; `progress` hears how many orders have ended.

    Once `closing` is set no further order comes; those under way are played to their end.
    Raises ShopDatabaseError when MariaDB refuses; webhooks that are refused or lost are counted, never raised.
    """
    held = await asyncio.to_thread(holdings, settings.database)
    ids = Ids(held.next_ids)
    installation = Installation(settings.database.prefix, settings.order_storage)
    started = opening(plan.catalogue, plan.customers, held, Stamp(ids, utc_now()), installation)
    habits = Habits(settings.secret, settings.source_url, settings.rate is not None, settings.absence_s)
    async with AsyncExitStack() as stack:
        ledger = stack.enter_context(Ledger(settings.ledger))
        writers = await stack.enter_async_context(Writers(settings.database, patience_s=settings.patience_s))
        poster = await stack.enter_async_context(Poster(settings.webhook_url)) if settings.webhook_url else None
        courier = Courier(poster, ledger, settings.drop, plan.seed)
        shop = Shop(started, writers, courier, ledger, ids, Sessions(held.sessions), habits)
        await _open(shop)
        begin = monotonic()
        begun = await _play(shop, plan, settings.rate, progress, closing or asyncio.Event())
        _close(shop)
        return _summary(plan.seed, plan.orders[:begun], ledger, writers, monotonic() - begin)


async def _open(shop: Shop) -> None:
    for account in shop.opening.accounts.values():
        shop.ledger.write(facts.account_personal(account.person, account.username, account.user_id))
    await shop.write(shop.opening.changes, 0)
    for ping in pings():
        await shop.courier.send(ping)


def _close(shop: Shop) -> None:
    """Record the carts that nobody came back to."""
    for cart in shop.sessions.left():
        shop.record_cart("cart_abandoned", cart.session_id, cart.key, cart.total, cart.changed_at)


async def _play(
    shop: Shop,
    plan: ShopPlan,
    rate: float | None,
    progress: Callable[[int], None],
    closing: asyncio.Event,
) -> int:
    """How many orders were begun; chores begin with the order of their number."""
    slots, done, begin = asyncio.Semaphore(ORDERS_UNDER_WAY), 0, monotonic()

    async def one(order: OrderPlan) -> None:
        nonlocal done
        try:
            await live(shop, order)
        finally:
            slots.release()
        done += 1
        progress(done)

    try:
        async with asyncio.TaskGroup() as group:
            for index, order in enumerate(plan.orders):
                if rate is not None:
                    await asyncio.sleep(begin + index / rate - monotonic())
                await slots.acquire()
                if closing.is_set():
                    return index
                group.create_task(one(order))
                for chore in plan.chores.get(index, ()):
                    group.create_task(chores.do(shop, chore))
    except* ShopDatabaseError as errors:
        raise errors.exceptions[0] from None
    return len(plan.orders)


def _summary(seed: int, orders: Sequence[OrderPlan], ledger: Ledger, writers: Writers, elapsed: float) -> Summary:
    counts = ledger.counts
    drafts = sum(order.path is OrderPath.ABANDONED for order in orders)
    outcomes = {name: counts[f"webhook.{name}"] for name in ("acknowledged", "refused", "failed", "dropped")}
    return Summary(
        seed=seed,
        orders=len(orders) - drafts,
        drafts_never_completed=drafts,
        deliveries=sum(outcomes.values()),
        **outcomes,
        customer_notes=counts["text.customer_note"],
        staff_notes=counts["text.order_note"],
        order_notes=counts["row.order_note"],
        reviews=counts["text.review"],
        refunds=counts["row.shop_order_refund"],
        statements=writers.statements,
        elapsed_s=round(elapsed, 3),
        orders_per_s=round(len(orders) / elapsed, 1) if elapsed else 0.0,
    )
