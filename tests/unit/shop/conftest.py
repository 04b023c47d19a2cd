"""A small planned shop and an order at every stage of its life."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from infra.local.shop.changes import Change, Ids, Stamp, Table
from infra.local.shop.holdings import Holdings
from infra.local.shop.opening import Opening, opening
from infra.local.shop.order import PlacedOrder, place
from infra.local.shop.plan import shop_plan
from infra.local.shop.planned import OrderPlan, ShopPlan
from infra.local.shop.rows import checkout, status
from infra.local.shop.state import OrderState, advance, steps

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
NOTHING_HELD = Holdings(dict.fromkeys(Table, 1))


@dataclass(frozen=True, slots=True)
class Played:
    """An order played to its end without a database: all its row changes and states in order."""

    order: PlacedOrder
    changes: list[Change]
    states: list[OrderState]


@pytest.fixture(scope="session")
def plan() -> ShopPlan:
    """Sixty orders of seed 7."""
    return shop_plan(60, 7)


@pytest.fixture
def ids() -> Ids:
    """Ids of an empty database."""
    return Ids({})


@pytest.fixture
def opened(plan: ShopPlan, ids: Ids) -> Opening:
    """The shop on its first day."""
    return opening(plan.catalogue, plan.customers, NOTHING_HELD, Stamp(ids, NOON))


@pytest.fixture
def play(opened: Opening, ids: Ids) -> Callable[[OrderPlan], Played]:
    """Play a planned order."""

    def played(planned: OrderPlan) -> Played:
        stamp = Stamp(ids, NOON)
        account = opened.accounts.get(planned.customer.email)
        order = place(planned, account.user_id if account else 0, opened.goods, stamp)
        changes = checkout.draft(order, ids)
        statuses = steps(planned.path, planned.payment)
        if not statuses:
            return Played(order, changes, [])
        changes += checkout.submit(order, stamp)
        states = [OrderState("pending", NOON)]
        for name in statuses[1:]:
            new = advance(order, states[-1], name, NOON)
            taken = new.stock_reduced and not states[-1].stock_reduced
            moves = opened.warehouse.take(order.lines, NOON) if taken else []
            changes += status.change(order, states[-1], new, moves, ids)
            states.append(new)
        return Played(order, changes, states)

    return played
