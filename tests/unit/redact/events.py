"""Captured events for tests: a base to vary, and a strategy over the whole schema."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

from hypothesis import strategies as st

from avro_schemas.records import Address, CapturedEvent, CapturedNote, CapturedOrder, CapturedReview
from avro_schemas.schemas import schema

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

ADDRESS: Address = {
    "first_name": "Anouk",
    "last_name": "van der Meulen",
    "company": "Meulen Advies BV",
    "address_1": "Prinsengracht 482-2",
    "address_2": "",
    "city": "Amsterdam",
    "state": "",
    "postcode": "1017 KG",
    "country": "NL",
    "email": "anouk.vdmeulen@post.example",
    "phone": "+31 6 1987 4402",
}


def order(**changes: Any) -> CapturedOrder:
    """An order with everything a person could be known by."""
    base: CapturedOrder = {
        "status": "processing",
        "currency": "EUR",
        "total": Decimal("49.9000"),
        "total_tax": Decimal("8.6600"),
        "shipping_total": None,
        "discount_total": None,
        "payment_method": "ideal",
        "created_via": "checkout",
        "customer_note": "Bel Anouk op 06 19 87 44 02. Groet, A. van der Meulen",
        "ip_address": "192.0.2.7",
        "user_agent": "Browser 1.0",
        "order_key": "wc_order_abc123def456",
        "transaction_id": "tr_000111222",
        "billing": ADDRESS,
        "shipping": None,
        "line_items": [
            {
                "line_id": 1,
                "product_id": 7,
                "variation_id": 0,
                "sku": "KK-LAMP-01",
                "name": "Bureaulamp Marie",
                "quantity": 1,
                "total": Decimal("41.2400"),
            }
        ],
        "refunds": [],
        "placed_at": None,
        "paid_at": None,
        "completed_at": None,
        "meta_data": [{"key": "_sepa_iban", "value": "NL67INGB3085546601"}],
    }
    return cast(CapturedOrder, {**base, **changes})


def note(content: str) -> CapturedNote:
    """A staff note."""
    return {
        "order_id": 23,
        "author": "Ilse",
        "author_email": "ilse@kantoor.example",
        "by_system": False,
        "content": content,
    }


def review(content: str) -> CapturedReview:
    """A product review."""
    return {
        "product_id": 7,
        "approved": True,
        "author": "Astrid Lindqvist",
        "author_email": "astrid@brev.example",
        "author_ip": "198.51.100.4",
        "user_agent": "Browser 1.0",
        "content": content,
    }


def event(**changes: Any) -> CapturedEvent:
    """An order event; `note=` or `review=` make it another."""
    base: CapturedEvent = {
        "event_id": "e" * 32,
        "event_type": "order_updated",
        "shop_id": "demo",
        "entity": "order",
        "entity_id": 22,
        "version": "1",
        "route": "cdc",
        "late": False,
        "source_topic": "shop.cdc.changes",
        "source_partition": 0,
        "source_offset": 41,
        "country": "NL",
        "created_at": None,
        "occurred_at": NOW,
        "captured_at": NOW,
        "subject": "anouk.vdmeulen@post.example",
        "order": None,
        "note": None,
        "review": None,
        "customer": None,
        "product": None,
        "coupon": None,
        "cart": None,
        "option": None,
    }
    return cast(CapturedEvent, {**base, **changes})


_DECIMALS = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
_TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40)


def _values(node: Any, named: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of an Avro type."""
    if isinstance(node, list):
        return st.one_of(*(_values(one, named) for one in node))
    if isinstance(node, str):
        if node in named:
            return _values(named[node], named)
        plain = {"null": st.none(), "string": _TEXTS, "boolean": st.booleans(), "int": st.integers(0, 2**31 - 1)}
        return plain.get(node, st.integers(0, 2**62))
    kind = node.get("logicalType", node["type"])
    match kind:
        case "record":
            named[node["name"]] = node
            return st.fixed_dictionaries({field["name"]: _values(field["type"], named) for field in node["fields"]})
        case "array":
            return st.lists(_values(node["items"], named), max_size=2)
        case "enum":
            return st.sampled_from(node["symbols"])
        case "decimal":
            return _DECIMALS
        case "timestamp-micros":
            return st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
        case _:
            return _values(node["type"], named)


def events() -> st.SearchStrategy[CapturedEvent]:
    """Any event that captured_event.avsc allows."""
    return cast(st.SearchStrategy[CapturedEvent], _values(schema("captured_event").source, {}))
