"""The recorded shop: its rows are read, make up orders, and say what its webhooks say."""

import json

import pytest

from streams.delivery.message import Message
from streams.delivery.refusal import RefusedError
from streams.sources.assembly import order
from streams.sources.assembly.rows import Rows
from streams.sources.debezium import Change, parse
from streams.sources.fields import Json
from streams.sources.tables import TABLES
from tests.fixtures.samples import AT, changes, deliveries, order_rows
from tests.unit.sources.gathered_shop import GatheredShop

CAPTURED = [message for message in (*changes(), *order_rows()) if message.topic.endswith(tuple(TABLES))]
SHARED = frozenset(
    {"id", "status", "date_modified_gmt", "date_paid_gmt", "date_completed_gmt"}
    | {
        "meta_data",
        "currency",
        "prices_include_tax",
        "date_created_gmt",
        "discount_total",
        "shipping_total",
        "shipping_tax",
    }
    | {"cart_tax", "total", "total_tax", "customer_id", "order_key", "billing", "shipping", "payment_method"}
    | {"payment_method_title", "transaction_id", "customer_ip_address", "customer_user_agent", "created_via"}
    | {"customer_note", "cart_hash", "number", "version"}
)


def _rows() -> list[Change]:
    return [change for message in order_rows() if (change := parse(message)) is not None]


def _orders() -> dict[int, Rows]:
    found: dict[int, Rows] = {}
    for change in _rows():
        if change.table in ("wc_orders", "wc_order_addresses", "wc_order_operational_data", "wc_orders_meta"):
            found.setdefault(int(change.row[TABLES[change.table].key]), Rows()).take(change)
    return found


def test_every_recorded_row_is_read_or_is_a_tombstone() -> None:
    assert sum(parse(message) is not None for message in CAPTURED) > 1000
    assert all(parse(message) is None for message in CAPTURED if message.value is None)


def test_recorded_orders_are_what_their_webhooks_say() -> None:
    told: dict[int, Json] = {
        body["id"]: body for one in deliveries() if one.topic.startswith("order.") and (body := json.loads(one.body))
    }
    orders, compared = _orders(), 0
    for number, body in told.items():
        built = order.payload(orders[number], []) if number in orders else None
        # The rows were read later: what the shop has changed since tells by its date.
        if built is not None and built["date_modified_gmt"] == body["date_modified_gmt"]:
            assert _shared(built) == _shared(body), number
            compared += 1
    assert compared >= 6


def _shared(payload: Json) -> Json:
    """WooCommerce shows an order's meta values in the order of their coming, or of their changing."""
    in_order = sorted(payload["meta_data"], key=lambda meta: int(meta["id"]))
    return {**{name: payload[name] for name in SHARED}, "meta_data": in_order}


def test_recorded_rows_make_up_whole_orders() -> None:
    shop = GatheredShop()
    shop.rows(_rows())
    shop.wait(5)
    orders = [event["order"] for event in shop.events if event["order"]]
    assert len(orders) >= 8
    assert all(one["line_items"] for one in orders)
    assert not shop.broken


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (b"not json", "neither framed Avro nor JSON"),
        (b"[]", "no change-event envelope"),
        (b'{"op":"c"}', "no change-event envelope"),
        (b'{"op":"x","source":{}}', "unknown operation"),
        (b'{"op":"c","source":{"table":"wp_links","ts_ms":1},"after":{"a":1}}', "no mapping knows"),
        (b'{"op":"c","source":{"table":"wp_comments","ts_ms":1}}', "holds no row"),
        (b'{"op":"c","source":{"table":"wp_comments","ts_ms":1},"after":"secret"}', "after is not an object"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_by_rule(value: bytes, rule: str) -> None:
    with pytest.raises(RefusedError, match=rule) as refused:
        parse(Message("shop.cdc.changes", 0, 1, None, value, AT))
    assert "secret" not in str(refused.value)


def test_a_changed_row_does_not_show_when_printed() -> None:
    change = next(change for change in _rows() if change.table == "wc_order_addresses")
    assert str(change.row["first_name"]) not in repr(change)
