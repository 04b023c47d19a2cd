"""What ClickHouse holds, in the terms of the shop's ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clickhouse_connect.driver.client import Client

from streams.demo.changes import ENTITIES, Change, Entity, Fact, facts
from streams.demo.examples import Landed
from streams.demo.told import Told

_DELIVERIES = """
SELECT DISTINCT shop_id, toString(entity), toString(entity_id), if(entity = 'order', ifNull(order_status, ''), '')
FROM commerce_events WHERE entity IN ('order', 'customer', 'product', 'coupon')
"""
_STATUSES = """
SELECT DISTINCT shop_id, toString(entity_id), order_status FROM commerce_events WHERE order_status IS NOT NULL
"""
_COMMENTS = """
SELECT DISTINCT shop_id, toString(entity), toString(entity_id)
FROM commerce_events WHERE event_type IN ('order_note_added', 'review_posted')
"""
_ANSWERS = "SELECT DISTINCT shop_id, toString(entity), toString(entity_id) FROM enrichment_results"
_CHANGES = """
SELECT toString(event_type), toString(entity), entity_id, toUnixTimestamp(occurred_at), ifNull(order_status, '')
FROM commerce_events WHERE shop_id = {shop:String} AND captured_at >= fromUnixTimestamp64Micro({since:Int64})
"""
_ROWS = """
SELECT _topic, count() FROM
(
    SELECT _topic FROM commerce_events UNION ALL SELECT _topic FROM enrichment_results
    UNION ALL SELECT _topic FROM recommendation_updates UNION ALL SELECT _topic FROM model_calls
    UNION ALL SELECT _topic FROM privacy_findings UNION ALL SELECT _topic FROM policy_violations
    UNION ALL SELECT _topic FROM privacy_reveals
    UNION ALL SELECT _topic FROM privacy_requests
) GROUP BY _topic
"""
_REPEATED = "SELECT topic, sum(repeated) FROM ingest_batches GROUP BY topic"
_TEXTS = """
SELECT toString(entity), entity_id, groupUniqArrayArray(arrayConcat(
    [ifNull(note_content, ''), ifNull(review_content, ''), ifNull(order_customer_note, '')], refund_reasons))
FROM commerce_events
WHERE shop_id = {shop:String} AND entity IN ('order', 'order_note', 'review')
GROUP BY entity, entity_id
"""
_CALLED: Mapping[Entity, str] = {
    "order": "changes of orders, each once",
    "order_note": "notes on orders, each once",
    "review": "changes of reviews, each once",
    "customer": "customers new, changed, deleted",
    "product": "products new, changed, deleted",
    "coupon": "coupons made and deleted",
    "cart": "changes of carts, each once",
    "option": "changes of settings, each once",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One count that must agree: what was told, what landed of it, examples of what did not, and of what never was."""

    name: str
    told: int
    landed: int
    missing: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    """What landed of an entity that was told of, and did not happen, or landed twice."""

    @property
    def agrees(self) -> bool:
        """Whether all that was told has landed, and nothing else of the same entities."""
        return self.told == self.landed and not self.untold


def checks(client: Client, told: Told) -> list[Check]:
    """The shop's facts against ClickHouse."""
    return [
        compare("acknowledged deliveries (entity and state)", told.deliveries, _facts(client, _DELIVERIES)),
        compare("changes of status in the shop's database", told.statuses, _facts(client, _STATUSES)),
        compare("order notes and reviews in the shop's database", told.comments, _facts(client, _COMMENTS)),
        compare("reviews and customers' notes read by the model", told.questions, _facts(client, _ANSWERS)),
        *_changes(client, told),
    ]


def compare(name: str, told: set[Fact], landed: set[Fact]) -> Check:
    """A check over two sets of facts; names at most five of what is missing."""
    return Check(name, len(told), len(told & landed), _examples(told - landed))


def compare_changes(told: Sequence[Change], landed: Sequence[Change]) -> list[Check]:
    """One check per entity that was told of: what landed of its ids must be just what happened to them."""
    known = {(change.entity, change.id) for change in told}
    ours, theirs = facts(told), facts([change for change in landed if (change.entity, change.id) in known])
    return [
        replace(compare(_CALLED[entity], ours[entity], theirs[entity]), untold=_examples(theirs[entity] - ours[entity]))
        for entity in ENTITIES
        if ours[entity]
    ]


def _changes(client: Client, told: Told) -> list[Check]:
    """Every change of the day, by whichever route. Row changes are captured in whole seconds."""
    if not told.changes:
        return []
    since = (min(change.second for change in told.changes) - 1) * 1_000_000
    rows = client.query(_CHANGES, parameters={"shop": told.shop, "since": since}).result_rows
    return compare_changes(told.changes, [Change(*row) for row in rows])


def _examples(facts: set[Fact]) -> tuple[str, ...]:
    return tuple(" ".join(fact) for fact in sorted(facts)[:5])


def rows_by_topic(client: Client) -> dict[str, int]:
    """Rows in ClickHouse by the topic they came from."""
    return {str(topic): int(rows) for topic, rows in client.query(_ROWS).result_rows}


def repeated_by_topic(client: Client) -> dict[str, int]:
    """Records of each topic that the sink left out, because their identity had landed before."""
    return {str(topic): int(records) for topic, records in client.query(_REPEATED).result_rows}


def redacted_texts(client: Client, shop: str) -> Landed:
    """Free texts as they landed, all versions, by entity and id."""
    found: Sequence[Sequence[Any]] = client.query(_TEXTS, parameters={"shop": shop}).result_rows
    return {(str(entity), int(number)): tuple(text for text in texts if text) for entity, number, texts in found}


def _facts(client: Client, query: str) -> set[Fact]:
    return {tuple(str(part) for part in row) for row in client.query(query).result_rows}
