"""ClickHouse, asked with short deadlines: it may be dead at that moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from avro_schemas.schemas import SchemaName
from tests.chaos.reconcile.changes import Event
from tests.chaos.reconcile.states import content

TIMEOUT_S = 10.0

TABLES: Mapping[str, tuple[SchemaName, str]] = {
    "commerce_events": ("commerce_event", "event_id"),
    "enrichment_results": ("enrichment_result", "result_id"),
    "model_calls": ("model_call", "call_id"),
    "model_call_bodies": ("model_call", "call_id"),
    "privacy_findings": ("privacy_finding", "finding_id"),
    "policy_violations": ("policy_violation", "violation_id"),
    "privacy_requests": ("privacy_request", "request_id"),
    "privacy_reveals": ("privacy_reveal", "reveal_id"),
    "recommendation_updates": (
        "recommendation_update",
        "concat(region, '/', shop_id, '/', toString(product_id), '/', toString(revision))",
    ),
}
"""Table -> the schema whose records it holds, and the expression for the identity of a row."""


_EVENTS = f"""
SELECT event_id, event_type, entity, toString(entity_id), toUnixTimestamp(occurred_at),
    multiIf(entity = 'order', ifNull(order_status, ''), entity = 'product', ifNull(product_status, ''),
        entity = 'review', if(ifNull(review_approved, false), 'approved', 'hold'), ''),
    toString(coalesce(order_total, cart_total)), version, {content()},
    late, _offset
FROM commerce_events LIMIT 1 BY event_id
"""  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Landed:
    """What ClickHouse holds."""

    tables: Mapping[str, Mapping[str, int]]
    """Table -> identity -> rows."""
    events: Sequence[Event] = ()
    """The rows of commerce_events, each identity once."""

    @property
    def rows(self) -> int:
        """In all tables together."""
        return sum(sum(found.values()) for found in self.tables.values())


class StoreError(RuntimeError):
    """ClickHouse answered with an error; the message holds its number, never its text."""


@dataclass(frozen=True, slots=True)
class Store:
    """Queries as an analyst may ask them."""

    url: str
    password: str = field(repr=False)

    async def rows(self, query: str, **parameters: str) -> list[list[object]]:
        """Rows of a query; httpx.HTTPError when ClickHouse does not answer, StoreError when it refuses."""
        headers = {"X-ClickHouse-User": "analyst", "X-ClickHouse-Key": self.password}
        given = {"database": "inland", **{f"param_{name}": value for name, value in parameters.items()}}
        async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT_S) as client:
            answer = await client.post(
                self.url, params=given, headers=headers, content=f"{query} FORMAT JSONCompact".encode()
            )
        if answer.is_error:
            code = answer.headers.get("X-ClickHouse-Exception-Code", "unknown")
            raise StoreError(f"ClickHouse refused a query: HTTP {answer.status_code}, its error {code}")
        found: list[list[object]] = answer.json()["data"]
        return found

    async def landed(self) -> Landed:
        """All that is there."""
        return Landed(await self._identities(), await self._events())

    async def _events(self) -> list[Event]:
        return [_event(row) for row in await self.rows(_EVENTS)]

    async def _identities(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for table, (_schema, key) in TABLES.items():
            query = f"SELECT {key} AS identity, count() FROM {table} GROUP BY identity"  # noqa: S608 - our own names
            found[table] = {str(identity): int(str(count)) for identity, count in await self.rows(query)}
        return found


def _event(row: list[Any]) -> Event:
    event_id, event_type, entity, number, second, status, total, version, said, late, offset = row
    told = tuple(str(value) for value in said)
    about = (event_id, event_type, entity, number, int(second), status, total or "", version)
    return Event(*about, told, bool(late), int(offset))
