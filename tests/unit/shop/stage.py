"""The shop played without a server: rows go into tables in memory, deliveries into a list, time runs by itself."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from infra.local.shop import chores
from infra.local.shop.changes import PRIMARY_KEYS, Change, Delete, Ids, Insert, SqlValue, Stamp, Table
from infra.local.shop.courier import Courier
from infra.local.shop.holdings import Holdings
from infra.local.shop.ledger import Fact, Ledger
from infra.local.shop.lifecycle import live
from infra.local.shop.opening import opening
from infra.local.shop.planned import ShopPlan
from infra.local.shop.sessions import Sessions
from infra.local.shop.shop import Habits, Shop
from infra.local.shop.site import Installation
from infra.local.shop.webhook import Delivery
from infra.local.shop.writers import Writers
from tests.unit.shop.conftest import NOON

Row = dict[str, SqlValue]


class Tables:
    """Executes changes as a database would, and as `Writers` is asked to. Refuses what MariaDB would refuse."""

    statements = 0

    def __init__(self) -> None:
        self.rows: dict[Table, dict[SqlValue, Row]] = defaultdict(dict)
        self.untouched: list[Change] = []
        """Updates that found no row: a change that never reaches anybody."""
        self._indexes: dict[tuple[Table, str], dict[SqlValue, set[SqlValue]]] = {}

    async def apply(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._apply(change)

    def _apply(self, change: Change) -> None:
        rows = self.rows[change.table]
        if isinstance(change, Insert):
            key = change.row[PRIMARY_KEYS[change.table]]
            assert key not in rows or change.replace, (change.table, key)
            rows[key] = dict(change.row)
            for (table, column), index in self._indexes.items():
                if table is change.table:
                    index[change.row[column]].add(key)
            return
        found = self._keys(change.table, change.where)
        if isinstance(change, Delete):
            for key in found:
                del rows[key]
            return
        if not found:
            self.untouched.append(change)
        for key in found:
            rows[key] |= change.values
        for column in change.values:
            self._indexes.pop((change.table, column), None)

    def _keys(self, table: Table, where: Mapping[str, SqlValue]) -> list[SqlValue]:
        rows, column = self.rows[table], next(iter(where))
        if (table, column) not in self._indexes:
            index = self._indexes[table, column] = defaultdict(set)
            for key, row in rows.items():
                index[row[column]].add(key)
        keys = self._indexes[table, column][where[column]]
        return [key for key in keys if key in rows and all(rows[key][name] == value for name, value in where.items())]

    def of(self, table: Table, **where: SqlValue) -> list[Row]:
        """Rows that match, by primary key."""
        keys = self._keys(table, where) if where else list(self.rows[table])
        return [self.rows[table][key] for key in sorted(keys, key=lambda key: int(str(key)))]

    def meta(self, table: Table, **where: SqlValue) -> Mapping[str, str]:
        """A meta table's values by key."""
        return {str(row["meta_key"]): str(row["meta_value"]) for row in self.of(table, **where)}


class Told(Ledger):
    """A ledger that can be read while it is written."""

    def __init__(self) -> None:
        super().__init__(None)
        self.facts: list[Fact] = []

    def write(self, fact: Fact) -> None:
        super().write(fact)
        self.facts.append(fact)


class Listener(Courier):
    """Takes every delivery."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(None, ledger, 0.0, 0)
        self.deliveries: list[Delivery] = []

    async def send(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)


@dataclass(frozen=True, slots=True)
class Stage:
    """A day that was played."""

    tables: Tables
    ledger: Told
    listener: Listener
    plan: ShopPlan

    def bodies(self, topic: str) -> list[dict[str, Any]]:
        """Bodies of the deliveries whose topic begins so, in order."""
        return [json.loads(one.body) for one in self.listener.deliveries if one.topic.startswith(topic)]

    def last(self, topic: str) -> dict[int, dict[str, Any]]:
        """The newest body of each resource."""
        return {body["id"]: body for body in self.bodies(topic)}


@dataclass(slots=True)
class _Clock:
    now: datetime = field(default=NOON)

    def __call__(self) -> datetime:
        """A second later with each look."""
        self.now += timedelta(seconds=1)
        return self.now


def played(plan: ShopPlan, installation: Installation | None = None) -> Stage:
    """Play a plan to its end."""
    tables, ledger, ids = Tables(), Told(), Ids({})
    listener, where = Listener(ledger), installation or Installation()
    opened = opening(plan.catalogue, plan.customers, Holdings({}), Stamp(ids, NOON), where)
    habits = Habits("s", "http://demo.shop.test/", pauses=False, absence_s=0.0, clock=_Clock())
    shop = Shop(opened, cast(Writers, tables), listener, ledger, ids, Sessions({}), habits)
    asyncio.run(_day(shop, plan))
    return Stage(tables, ledger, listener, plan)


async def _day(shop: Shop, plan: ShopPlan) -> None:
    await shop.write(shop.opening.changes, 0)
    async with asyncio.TaskGroup() as group:
        for order in plan.orders:
            group.create_task(live(shop, order))
        for chore in (chore for some in plan.chores.values() for chore in some):
            group.create_task(chores.do(shop, chore))


def numbers(rows: Sequence[Row], column: str) -> Iterator[int]:
    """A column of whole numbers."""
    return (int(str(row[column])) for row in rows)
