"""What ClickHouse holds, in the terms of the shop's ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clickhouse_connect.driver.client import Client

from streams.demo.told import Fact, Told

_DELIVERIES = """
SELECT DISTINCT shop_id, toString(entity), toString(entity_id), if(entity = 'order', ifNull(order_status, ''), '')
FROM commerce_events WHERE route = 'webhook'
"""
_STATUSES = """
SELECT DISTINCT shop_id, toString(entity_id), ifNull(order_status, '')
FROM commerce_events WHERE event_type = 'order_status_changed'
"""
_COMMENTS = """
SELECT DISTINCT shop_id, toString(entity), toString(entity_id)
FROM commerce_events WHERE event_type IN ('order_note_added', 'review_posted')
"""
_ANSWERS = "SELECT DISTINCT shop_id, toString(entity), toString(entity_id) FROM enrichment_results"
_ROWS = """
SELECT _topic, count() FROM
(
    SELECT _topic FROM commerce_events UNION ALL SELECT _topic FROM enrichment_results
    UNION ALL SELECT _topic FROM recommendation_updates UNION ALL SELECT _topic FROM model_calls
    UNION ALL SELECT _topic FROM privacy_findings UNION ALL SELECT _topic FROM policy_violations
) GROUP BY _topic
"""
_REPEATED = "SELECT topic, sum(repeated) FROM ingest_batches GROUP BY topic"
_TEXTS = """
SELECT toString(entity), entity_id, any(coalesce(note_content, review_content, order_customer_note))
FROM commerce_events
WHERE shop_id = {shop:String} AND event_type IN ('order_note_added', 'review_posted', 'order_updated')
GROUP BY entity, entity_id
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One count that must agree: what was told, what landed of it, and examples of what did not."""

    name: str
    told: int
    landed: int
    missing: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether all that was told has landed."""
        return self.told == self.landed


def checks(client: Client, told: Told) -> list[Check]:
    """The shop's facts against ClickHouse."""
    return [
        compare("acknowledged deliveries (entity and state)", told.deliveries, _facts(client, _DELIVERIES)),
        compare("changes of status in the shop's database", told.statuses, _facts(client, _STATUSES)),
        compare("order notes and reviews in the shop's database", told.comments, _facts(client, _COMMENTS)),
        compare("reviews and customers' notes read by the model", told.questions, _facts(client, _ANSWERS)),
    ]


def compare(name: str, told: set[Fact], landed: set[Fact]) -> Check:
    """A check over two sets of facts; names at most five of what is missing."""
    missing = sorted(told - landed)
    return Check(name, len(told), len(told & landed), tuple(" ".join(fact) for fact in missing[:5]))


def rows_by_topic(client: Client) -> dict[str, int]:
    """Rows in ClickHouse by the topic they came from."""
    return {str(topic): int(rows) for topic, rows in client.query(_ROWS).result_rows}


def repeated_by_topic(client: Client) -> dict[str, int]:
    """Records of each topic that the sink left out, because their identity had landed before."""
    return {str(topic): int(records) for topic, records in client.query(_REPEATED).result_rows}


def redacted_texts(client: Client, shop: str) -> dict[tuple[str, int], str]:
    """Free texts as they landed, by entity and id."""
    found: Sequence[Sequence[Any]] = client.query(_TEXTS, parameters={"shop": shop}).result_rows
    return {(str(entity), int(entity_id)): str(text or "") for entity, entity_id, text in found}


def _facts(client: Client, query: str) -> set[Fact]:
    return {tuple(str(part) for part in row) for row in client.query(query).result_rows}
