"""A stretch of the generated shop's trade, and what of it has landed, in the same terms."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clickhouse_connect.driver.client import Client

Fact = tuple[str, ...]

_LANDED = """
SELECT entity, entity_id, event_type, occurred_at, ifNull(order_status, ''), ifNull(toString(order_total), ''), route
FROM commerce_events WHERE shop_id = {shop:String}
"""
# An order's states are told by both routes, and what kind of change one is depends on which came first.
_STATES = frozenset({"order_placed", "order_updated", "order_status_changed", "order_refunded"})
# Told by their place in the binlog or their own date, one event a change.
_EXACT = frozenset({"order", "order_note", "review", "customer", "product", "option", "cart"})


@dataclass(frozen=True, slots=True)
class Trade:
    """Business changes by what tells them apart, and how they came."""

    changes: Counter[Fact]
    routes: Mapping[str, Counter[str]] = field(default_factory=dict)

    def missing(self, landed: "Trade") -> Counter[Fact]:
        """What happened and has not landed."""
        return self.changes - landed.changes

    def of(self, entity: str) -> Counter[Fact]:
        """The changes of one kind of entity."""
        return Counter({fact: number for fact, number in self.changes.items() if fact[0] == entity})


def happened(ledger: Path) -> Trade:
    """What the shop wrote down."""
    lines = (json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines())
    return Trade(Counter(_facts(line for line in lines if line["kind"] == "change")))


def landed(client: Client, shop: str, since: datetime, ids: frozenset[tuple[str, str]] | None = None) -> Trade:
    """What ClickHouse holds of the entities `ids`."""
    changes: list[dict[str, Any]] = []
    routes: dict[str, Counter[str]] = {}
    for entity, number, kind, at, status, total, route in client.query(_LANDED, {"shop": shop}).result_rows:
        if ids is not None and (entity, str(number)) not in ids:
            continue
        moment = at.replace(tzinfo=UTC)
        if moment < since:
            continue
        changes.append(
            {"entity": entity, "id": number, "event_type": kind, "changed_at": moment.isoformat(timespec="seconds"),
             "status": status, "total": total}
        )  # fmt: skip
        routes.setdefault(entity, Counter())[route] += 1
    return Trade(Counter(_facts(changes)), routes)


def _facts(changes: Iterable[Mapping[str, Any]]) -> Iterable[Fact]:
    for change in changes:
        entity, kind = change["entity"], change["event_type"]
        at = datetime.fromisoformat(change["changed_at"]).strftime("%H:%M:%S")
        if kind in _STATES:
            yield (entity, str(change["id"]), "state", at, change["status"], f"{float(change['total']):.2f}")
        elif kind in ("cart_updated", "cart_recovered"):
            # Which of them it is depends on how long the shopper was away: a slow machine stretches that.
            yield (entity, str(change["id"]), "changed")
        elif kind.endswith(("_created", "_updated")) and entity in ("customer", "product"):
            yield (entity, str(change["id"]), "state", at)
        elif entity in _EXACT or kind in ("coupon_created", "coupon_deleted"):
            yield (entity, str(change["id"]), kind)
