"""Co-purchase counts of one product. Pure: a state and a basket give a new state."""

from typing import TypedDict

from avro_schemas.records import Basket, CommerceEvent, RecommendedItem

# Statuses of an order that was really placed (WooCommerce: order statuses).
PLACED = frozenset({"processing", "completed", "on-hold"})
TOP = 5
MAX_PARTNERS = 500
# An order is told anew with each change of status. It counts once: the newest orders are remembered by id.
REMEMBERED_ORDERS = 500


class Counts(TypedDict):
    """State of one product."""

    orders: int
    beside: dict[str, int]
    """Orders in common, by the other product's id (JSON keys are text)."""
    seen: list[int]
    revision: int
    top: list[list[int]]


def baskets(event: CommerceEvent) -> list[Basket]:
    """One basket for each product of a placed order; none for anything else."""
    order = event["order"]
    if order is None or order["status"] not in PLACED:
        return []
    products = sorted({item["product_id"] for item in order["line_items"] if item["product_id"] > 0})
    return [
        Basket(
            event_id=event["event_id"],
            shop_id=event["shop_id"],
            region=event["region"],
            order_id=event["entity_id"],
            product_id=product,
            others=[other for other in products if other != product],
            captured_at=event["captured_at"],
        )
        for product in products
    ]


def count(state: Counts | None, basket: Basket) -> Counts | None:
    """The state with the basket counted; None when its order has been counted already."""
    found = state or Counts(orders=0, beside={}, seen=[], revision=0, top=[])
    if basket["order_id"] in found["seen"]:
        return None
    beside = dict(found["beside"])
    for other in basket["others"]:
        beside[str(other)] = beside.get(str(other), 0) + 1
    ranked = sorted(beside.items(), key=lambda entry: (-entry[1], int(entry[0])))[:MAX_PARTNERS]
    top = [[int(product), orders] for product, orders in ranked[:TOP]]
    return Counts(
        orders=found["orders"] + 1,
        beside=dict(ranked),
        seen=[*found["seen"], basket["order_id"]][-REMEMBERED_ORDERS:],
        revision=found["revision"] + (top != found["top"]),
        top=top,
    )


def items(state: Counts) -> list[RecommendedItem]:
    """The product's recommendations, best first."""
    return [
        RecommendedItem(product_id=product, orders=orders, score=orders / state["orders"])
        for product, orders in state["top"]
    ]
