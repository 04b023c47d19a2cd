"""The tables that records land in. Types, keys and lifetimes stand in infra/clickhouse/migrations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from avro_schemas.schemas import SchemaName
from streams.audit.columns import Column

# Written beside every row: where it came from, and when the sink sent it.
PLACE_COLUMNS = ("_topic", "_partition", "_offset", "landed_at")
LEDGER = "ingest_batches"

Identity = tuple[Any, ...]
"""Values of a table's identity columns: the same in every repetition of a record."""

# Fields that land nowhere, with the reason; a field in neither this list nor a table fails a test.
NOT_LANDED: Mapping[SchemaName, Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Table:
    """One table: each record of its schema is one row."""

    name: str
    columns: tuple[Column, ...]
    captured: str
    """Path of the time that tells how old a row's news is."""
    identity: tuple[str, ...]
    """Columns that name a record; each identity lands once. The column `identity` holds their hash."""

    @property
    def column_names(self) -> tuple[str, ...]:
        """All columns written, in insert order."""
        return (*PLACE_COLUMNS, *(column.name for column in self.columns))


def _same(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, name) for name in names)


def _under(record: str, *names: str) -> tuple[Column, ...]:
    return tuple(Column(f"{record}_{name}".replace(".", "_"), f"{record}.{name}") for name in names)


_SOURCE = ("source_topic", "source_partition", "source_offset")
_AREAS = ("billing.country", "billing.postcode", "shipping.country", "shipping.postcode")
_ITEMS = "order.line_items[]."
_REFUNDS = "order.refunds[]."
_CART = "cart.items[]."

COMMERCE_EVENTS = Table(
    "commerce_events",
    (
        *_same("event_id", "event_type", "shop_id", "entity", "entity_id", "version", "route", "late", *_SOURCE),
        *_same("country", "occurred_at", "captured_at", "region", "subject", "redacted_at"),
        *_same("policy_version", "detector_version"),
        *_under("order", "status", "currency", "total", "total_tax", "shipping_total", "discount_total"),
        *_under("order", "payment_method", "created_via", "customer_note", *_AREAS),
        *_under("order", "placed_at", "paid_at", "completed_at"),
        Column("line_ids", _ITEMS + "line_id"),
        Column("product_ids", _ITEMS + "product_id"),
        Column("variation_ids", _ITEMS + "variation_id"),
        Column("line_skus", _ITEMS + "sku"),
        Column("line_names", _ITEMS + "name"),
        Column("quantities", _ITEMS + "quantity"),
        Column("line_totals", _ITEMS + "total"),
        Column("refund_ids", _REFUNDS + "refund_id"),
        Column("refund_totals", _REFUNDS + "total"),
        Column("refund_reasons", _REFUNDS + "reason"),
        *_under("note", "order_id", "by_system", "content"),
        *_under("review", "product_id", "approved", "content"),
        *_under("customer", "role", "is_paying_customer", *_AREAS),
        *_under("product", "name", "sku", "type", "status", "price", "stock_quantity", "parent_id"),
        Column("product_categories", "product.categories[]"),
        *_under("coupon", "code", "status", "discount_type", "amount", "minimum_amount"),
        *_under("coupon", "usage_count", "usage_limit", "expires_at"),
        Column("cart_product_ids", _CART + "product_id"),
        Column("cart_variation_ids", _CART + "variation_id"),
        Column("cart_quantities", _CART + "quantity"),
        Column("cart_line_totals", _CART + "total"),
        Column("cart_total", "cart.total"),
        *_under("option", "name", "value_bytes", "removed"),
    ),
    captured="captured_at",
    identity=("event_id",),
)

ENRICHMENT_RESULTS = Table(
    "enrichment_results",
    (
        *_same("result_id", "event_id", "call_id", *_SOURCE, "shop_id", "region", "subject", "entity", "entity_id"),
        *_same("product_id", "task", "task_version", "status", "label", "answer", "language", "cache", "model_sha"),
        *_same("captured_at", "redacted_at", "enriched_at"),
    ),
    captured="captured_at",
    identity=("result_id",),
)

RECOMMENDATION_UPDATES = Table(
    "recommendation_updates",
    (
        *_same("shop_id", "region", "product_id", "revision", "event_id"),
        Column("recommended_ids", "items[].product_id"),
        Column("recommended_orders", "items[].orders"),
        Column("recommended_scores", "items[].score"),
        *_same("captured_at", "updated_at"),
    ),
    captured="captured_at",
    identity=("region", "shop_id", "product_id", "revision"),
)

MODEL_CALLS = Table(
    "model_calls",
    (
        *_same("call_id", "event_id", *_SOURCE, "subject", "shop_id", "region", "task", "task_version", "attempt"),
        *_same("provider_name", "endpoint", "request_model", "response_model", "model_sha", "server_version"),
        *_same("policy_version", "policy_hash", "configuration_hash", "priority", "parameters", "prompt_cut"),
        *_same("outcome", "error_type", "gate", "answer_gate", "cache", "finish_reason", "input_tokens"),
        *_same("output_tokens", "queued_us", "server_queue_us", "inference_us", "first_token_us", "per_token_us"),
        *_same("total_us", "started_at", "captured_at"),
    ),
    captured="captured_at",
    identity=("call_id",),
)

# Apart from model_calls: wide, seldom read, and with a shorter life.
MODEL_CALL_BODIES = Table(
    "model_call_bodies",
    _same("call_id", "region", "task", "started_at", "prompt", "answer"),
    captured="started_at",
    identity=("call_id",),
)

PRIVACY_FINDINGS = Table(
    "privacy_findings",
    (
        *_same("finding_id", "event_id", *_SOURCE, "shop_id", "region", "field", "ordinal", "entity_type"),
        *_same("treatment", "start", "end", "detector", "score", "policy_version", "detector_version", "redacted_at"),
    ),
    captured="redacted_at",
    identity=("finding_id",),
)

POLICY_VIOLATIONS = Table(
    "policy_violations",
    (
        *_same("violation_id", "shop_id", "region", "service", "kind", "rule", "table", "row_id", "name"),
        *_same("fingerprint", *_SOURCE, "captured_at", "detected_at", "rules_version"),
    ),
    captured="captured_at",
    identity=("violation_id",),
)

PRIVACY_REQUESTS = Table(
    "privacy_requests",
    (
        *_same("request_id", "event_id", "shop_id", "region", "subject", "entity", "entity_id", "order_id"),
        *_same("kind", "article", "found_by", "rule", "task_version", "call_id", *_SOURCE),
        *_same("captured_at", "due_at", "raised_at"),
    ),
    captured="captured_at",
    identity=("request_id",),
)

PRIVACY_REVEALS = Table(
    "privacy_reveals",
    (
        *_same("reveal_id", "revealed_at", "os_user", "by_name", "reason", "purpose", "region", "token", "event_id"),
        Column("class_names", "classes[].name"),
        Column("class_values", "classes[].values"),
    ),
    captured="revealed_at",
    identity=("reveal_id",),
)

# The first table of a schema counts its records, and decides which of them repeat what has landed (landing.py).
TABLES: Mapping[SchemaName, tuple[Table, ...]] = {
    "commerce_event": (COMMERCE_EVENTS,),
    "enrichment_result": (ENRICHMENT_RESULTS,),
    "recommendation_update": (RECOMMENDATION_UPDATES,),
    "model_call": (MODEL_CALLS, MODEL_CALL_BODIES),
    "privacy_finding": (PRIVACY_FINDINGS,),
    "policy_violation": (POLICY_VIOLATIONS,),
    "privacy_request": (PRIVACY_REQUESTS,),
    "privacy_reveal": (PRIVACY_REVEALS,),
}
