"""Runs a planned shop: opens it, lets the orders come at their rate, and counts what happened."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from infra.local.shop import facts
from infra.local.shop.changes import Ids, Stamp
from infra.local.shop.courier import Courier
from infra.local.shop.database import DatabaseSettings, ShopDatabaseError, holdings
from infra.local.shop.ledger import Ledger
from infra.local.shop.lifecycle import Shop, live
from infra.local.shop.model import OrderPath, OrderPlan, ShopPlan
from infra.local.shop.opening import opening
from infra.local.shop.poster import Poster
from infra.local.shop.site import utc_now
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
    started = opening(plan.catalogue, plan.customers, held, Stamp(ids, utc_now()))
    async with AsyncExitStack() as stack:
        ledger = stack.enter_context(Ledger(settings.ledger))
        writers = await stack.enter_async_context(Writers(settings.database, patience_s=settings.patience_s))
        poster = await stack.enter_async_context(Poster(settings.webhook_url)) if settings.webhook_url else None
        courier = Courier(poster, ledger, settings.drop, plan.seed)
        shop = Shop(started, writers, courier, ledger, ids, settings.secret, settings.rate is not None)
        await _open(shop)
        begin = monotonic()
        begun = await _play(shop, plan.orders, settings.rate, progress, closing or asyncio.Event())
        return _summary(plan.seed, plan.orders[:begun], ledger, writers, monotonic() - begin)


async def _open(shop: Shop) -> None:
    for account in shop.opening.accounts.values():
        shop.ledger.write(facts.account_personal(account.person, account.username, account.user_id))
    await shop.write(shop.opening.changes, 0)
    for ping in pings():
        await shop.courier.send(ping)


async def _play(
    shop: Shop,
    orders: tuple[OrderPlan, ...],
    rate: float | None,
    progress: Callable[[int], None],
    closing: asyncio.Event,
) -> int:
    """How many orders were begun."""
    slots, done, begin = asyncio.Semaphore(ORDERS_UNDER_WAY), 0, monotonic()

    async def one(plan: OrderPlan) -> None:
        nonlocal done
        try:
            await live(shop, plan)
        finally:
            slots.release()
        done += 1
        progress(done)

    try:
        async with asyncio.TaskGroup() as group:
            for index, plan in enumerate(orders):
                if rate is not None:
                    await asyncio.sleep(begin + index / rate - monotonic())
                await slots.acquire()
                if closing.is_set():
                    return index
                group.create_task(one(plan))
    except* ShopDatabaseError as errors:
        raise errors.exceptions[0] from None
    return len(orders)


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
