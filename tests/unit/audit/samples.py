"""Records as the stages write them, small and whole."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from avro_schemas.records import CommerceEvent, EnrichmentResult, ModelCall, Order, PrivacyFinding, RecommendationUpdate

T0 = datetime.now(UTC).replace(microsecond=123456) - timedelta(hours=1)
SECOND = timedelta(seconds=1)


def order() -> Order:
    """Two lines, one address, no discount stated."""
    return {
        "status": "processing",
        "currency": "EUR",
        "total": Decimal("49.9000"),
        "total_tax": Decimal("8.6600"),
        "shipping_total": Decimal("4.9500"),
        "discount_total": None,
        "payment_method": "ideal",
        "created_via": "checkout",
        "customer_note": "Graag bellen met <phone>",
        "billing": {"country": "NL", "postcode": "10"},
        "shipping": None,
        "line_items": [
            {
                "line_id": 1,
                "product_id": 7,
                "variation_id": 0,
                "sku": "K-7",
                "name": "Kruk",
                "quantity": 2,
                "total": Decimal("30.0000"),
            },
            {
                "line_id": 2,
                "product_id": 9,
                "variation_id": 91,
                "sku": "P-9",
                "name": "Pan",
                "quantity": 1,
                "total": Decimal("14.9500"),
            },
        ],
        "refunds": [],
        "placed_at": None,
        "paid_at": None,
        "completed_at": None,
    }


def order_event(number: int = 1, captured_at: datetime = T0) -> CommerceEvent:
    """An order of region eu."""
    return {
        "event_id": f"event-{number}",
        "event_type": "order_updated",
        "shop_id": "demo",
        "entity": "order",
        "entity_id": number,
        "version": "1",
        "route": "webhook",
        "late": False,
        "source_topic": "woo.deliveries",
        "source_partition": 0,
        "source_offset": number,
        "country": "NL",
        "occurred_at": captured_at - SECOND,
        "captured_at": captured_at,
        "region": "eu",
        "subject": "s-1",
        "redacted_at": captured_at + timedelta(milliseconds=40),
        "policy_version": "1",
        "detector_version": "1",
        "order": order(),
        "note": None,
        "review": None,
        "customer": None,
        "product": None,
        "coupon": None,
        "cart": None,
        "option": None,
    }


def review_event(number: int = 2, captured_at: datetime = T0) -> CommerceEvent:
    """A review of product 7."""
    return {
        **order_event(number, captured_at),
        "event_type": "review_posted",
        "entity": "review",
        "order": None,
        "review": {"product_id": 7, "approved": True, "content": "Fijne kruk, aldus <person>"},
    }


def product_event(number: int = 7, captured_at: datetime = T0) -> CommerceEvent:
    """A product; about no person."""
    return {
        **order_event(number, captured_at),
        "event_type": "product_updated",
        "entity": "product",
        "country": None,
        "subject": None,
        "order": None,
        "product": {
            "name": f"Product {number}",
            "sku": "K-7",
            "type": "simple",
            "status": "publish",
            "price": None,
            "stock_quantity": -2,
            "parent_id": 0,
            "categories": ["Keuken", "Hout"],
        },
    }


def model_call(number: int = 1, started_at: datetime = T0 + SECOND) -> ModelCall:
    """An answered call for a review."""
    return {
        "call_id": f"call-{number}",
        "event_id": f"event-{number}",
        "source_topic": "commerce.events.eu",
        "source_partition": 0,
        "source_offset": number,
        "subject": "s-1",
        "shop_id": "demo",
        "region": "eu",
        "task": "review_sentiment",
        "task_version": "1",
        "attempt": 1,
        "provider_name": "tgi",
        "endpoint": "http://model-eu",
        "request_model": "small",
        "response_model": None,
        "model_sha": "abc",
        "server_version": "3.3.7",
        "policy_version": "1",
        "policy_hash": "00112233aabbccdd",
        "configuration_hash": "ddccbbaa33221100",
        "priority": "batch",
        "parameters": '{"seed":1}',
        "prompt": "Fijne kruk, aldus <person>",
        "prompt_cut": 0,
        "answer": "positive",
        "outcome": "answered",
        "error_type": None,
        "gate": "passed",
        "answer_gate": "passed",
        "cache": "off",
        "finish_reason": "stop",
        "input_tokens": 20,
        "output_tokens": 1,
        "queued_us": 1_000,
        "server_queue_us": None,
        "inference_us": 250_000 + number,
        "first_token_us": 180_000,
        "per_token_us": None,
        "total_us": 260_000 + number,
        "started_at": started_at,
        "captured_at": started_at - SECOND,
    }


def blocked_call(number: int = 2) -> ModelCall:
    """A call that the gate refused: nothing was sent, nothing answered."""
    return {
        **model_call(number),
        "outcome": "blocked",
        "gate": "blocked",
        "answer_gate": "none",
        "answer": None,
        "finish_reason": None,
        "input_tokens": None,
        "output_tokens": None,
        "inference_us": None,
        "first_token_us": None,
        "total_us": 0,
    }


def enrichment(number: int = 2, captured_at: datetime = T0) -> EnrichmentResult:
    """The answer about a review of product 7."""
    return {
        "result_id": f"result-{number}",
        "event_id": f"event-{number}",
        "call_id": f"call-{number}",
        "source_topic": "commerce.events.eu",
        "source_partition": 0,
        "source_offset": number,
        "shop_id": "demo",
        "region": "eu",
        "subject": "s-1",
        "entity": "review",
        "entity_id": number,
        "product_id": 7,
        "task": "review_sentiment",
        "task_version": "1",
        "status": "answered",
        "label": "positive",
        "answer": '{"sentiment":"positive"}',
        "language": None,
        "cache": "miss",
        "model_sha": "abc",
        "captured_at": captured_at,
        "redacted_at": captured_at + timedelta(milliseconds=40),
        "enriched_at": captured_at + timedelta(milliseconds=500),
    }


def recommendation(revision: int = 1, product_id: int = 7) -> RecommendationUpdate:
    """What is shown beside a product."""
    return {
        "shop_id": "demo",
        "region": "eu",
        "product_id": product_id,
        "revision": revision,
        "event_id": f"event-{revision}",
        "items": [{"product_id": 9, "orders": revision, "score": 0.5}, {"product_id": 11, "orders": 1, "score": 0.25}],
        "captured_at": T0,
        "updated_at": T0 + revision * SECOND,
    }


def finding(number: int = 1) -> PrivacyFinding:
    """A phone number taken out of a note."""
    return {
        "finding_id": f"finding-{number}",
        "event_id": f"event-{number}",
        "source_topic": "woo.deliveries",
        "source_partition": 0,
        "source_offset": number,
        "shop_id": "demo",
        "region": "eu",
        "field": "order.customer_note",
        "ordinal": 0,
        "entity_type": "phone",
        "treatment": "replace",
        "start": 17,
        "end": None,
        "detector": "presidio",
        "score": 0.75,
        "policy_version": "1",
        "detector_version": "1",
        "redacted_at": T0,
    }
