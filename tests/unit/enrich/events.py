"""Commerce events for the tests of the tasks and of the stage."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from avro_schemas.records import Cart, CommerceEvent, Note, Order, Product, Review

AT = datetime(2026, 5, 4, tzinfo=UTC)


def event(**content: Any) -> CommerceEvent:
    empty: Any = dict.fromkeys(("order", "note", "review", "customer", "product", "coupon", "cart", "option"))
    found: Any = {
        "event_id": "e1",
        "event_type": "order_note_added",
        "shop_id": "demo",
        "entity": "order_note",
        "entity_id": 3,
        "version": "v",
        "route": "cdc",
        "late": False,
        "source_topic": "t",
        "source_partition": 0,
        "source_offset": 1,
        "country": "NL",
        "occurred_at": AT,
        "captured_at": AT,
        "region": "eu",
        "subject": None,
        "redacted_at": AT,
        "policy_version": "1",
        "detector_version": "1",
    }
    return {**found, **empty, **content}  # type: ignore[typeddict-item]  # content by name


def note(content: str, by_system: bool = False) -> CommerceEvent:
    return event(note=Note(order_id=7, by_system=by_system, content=content))


def review(content: str) -> CommerceEvent:
    found = Review(product_id=3, approved=True, content=content)
    return event(event_type="review_posted", entity="review", review=found)


def order(customer_note: str, event_type: str = "order_updated") -> CommerceEvent:
    zero = Decimal("0.0000")
    found = Order(
        status="pending",
        currency="EUR",
        total=zero,
        total_tax=zero,
        shipping_total=zero,
        discount_total=zero,
        payment_method="cod",
        created_via="checkout",
        customer_note=customer_note,
        billing=None,
        shipping=None,
        line_items=[],
        refunds=[],
        placed_at=None,
        paid_at=None,
        completed_at=None,
    )
    return event(event_type=event_type, entity="order", order=found)


def product(name: str, *categories: str, parent_id: int = 0, status: str = "publish") -> CommerceEvent:
    found = Product(
        name=name,
        sku="s",
        type="simple",
        status=status,
        price=None,
        stock_quantity=None,
        parent_id=parent_id,
        categories=list(categories),
    )
    return event(event_type="product_updated", entity="product", country=None, product=found)


def cart(country: str | None, event_type: str = "cart_abandoned") -> CommerceEvent:
    found = Cart(items=[], total=Decimal("0.0000"))
    return event(event_type=event_type, entity="cart", country=country, subject="tok", cart=found)
