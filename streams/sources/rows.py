"""Row changes to captured events. Pure.

A row of an order says neither its country nor its lines; the redact stage adds what it knows of the order.
Source: WooCommerce's High-Performance Order Storage tables.
"""

from avro_schemas.records import CapturedEvent, CapturedOrder
from streams.sources import comments
from streams.sources.debezium import Change
from streams.sources.fields import Json, identifier, integer, moment_ms, money, text
from streams.sources.identity import subject
from streams.sources.lineage import Lineage

# An order that the customer has not placed yet.
DRAFTS = frozenset({"checkout-draft", "auto-draft", "new"})


def captured(change: Change, lineage: Lineage) -> CapturedEvent | None:
    """The business change that a row change tells; None when it tells none."""
    match change.table:
        case "wc_orders":
            return _order(change, lineage)
        case "comments":
            return comments.captured(change, lineage)
        case _:
            return None


def status(row: Json) -> str:
    """An order's status without the prefix that the database puts before it."""
    return text(row, "status").removeprefix("wc-")


def _order(change: Change, lineage: Lineage) -> CapturedEvent | None:
    row = change.row
    if text(row, "type") != "shop_order" or status(row) in DRAFTS:
        return None
    order_id = identifier(row, "id")
    if change.op == "d":
        return lineage.event("order_deleted", "order", order_id, "erased", change.changed_at)
    if change.op == "u" and status(change.before) == status(row):
        return None
    modified = moment_ms(row, "date_updated_gmt")
    event = lineage.event(
        "order_status_changed",
        "order",
        order_id,
        f"{modified:%Y-%m-%dT%H:%M:%S}/{status(row)}",
        modified,
        subject=subject(lineage.shop_id, text(row, "billing_email"), integer(row, "customer_id", 0)),
    )
    event["order"] = CapturedOrder(
        status=status(row),
        currency=text(row, "currency"),
        total=money(row, "total_amount"),
        total_tax=money(row, "tax_amount"),
        shipping_total=None,
        discount_total=None,
        payment_method=text(row, "payment_method"),
        created_via="",
        # The note comes with the order itself, by webhook: once is enough for a model to read it.
        customer_note="",
        ip_address=text(row, "ip_address"),
        user_agent=text(row, "user_agent"),
        order_key="",
        transaction_id=text(row, "transaction_id"),
        billing=None,
        shipping=None,
        line_items=[],
        refunds=[],
        placed_at=None,
        paid_at=None,
        completed_at=None,
        meta_data=[],
    )
    return event
