"""Recorded deliveries become events; what is no delivery is refused by the path of the wrong field."""

import io
import json
from collections.abc import Iterator
from typing import Any

import fastavro
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avro_schemas.records import CapturedEvent, WooDelivery
from avro_schemas.schemas import schema
from streams.delivery.message import Message
from streams.delivery.refusal import RefusedError
from streams.sources.lineage import Lineage
from streams.sources.webhooks import TOPICS, captured, known_topic
from tests.fixtures.samples import AT, Delivery, deliveries
from tests.unit.sources.anything import ANYTHING

LINEAGE = Lineage.of(Message("woo.deliveries", 0, 9, None, None, AT), "kantoor", "webhook", AT)
REAL = [delivery for delivery in deliveries() if delivery.topic]
ORDERS = [delivery for delivery in REAL if delivery.topic.startswith("order")]


def _delivery(topic: str, body: bytes) -> WooDelivery:
    return WooDelivery(
        shop_id="kantoor",
        webhook_id=1,
        delivery_id="",
        topic=topic,
        resource_id=1,
        body=body,
        body_sha256="",
        received_at=AT,
    )


def _captured(delivery: Delivery) -> CapturedEvent:
    return _told(delivery.topic, delivery.body)


def _told(topic: str, body: bytes) -> CapturedEvent:
    event = captured(_delivery(topic, body), LINEAGE)
    assert event is not None
    return event


@pytest.mark.parametrize("delivery", REAL)
def test_every_recorded_delivery_becomes_an_event_that_fits_the_schema(delivery: Delivery) -> None:
    fastavro.schemaless_writer(io.BytesIO(), schema("captured_event").parsed, _captured(delivery), strict=True)


def test_created_and_updated_that_tell_the_same_order_are_one_change() -> None:
    first, second = ORDERS[0], ORDERS[1]
    assert (first.topic, second.topic) == ("order.created", "order.updated")
    assert _captured(first)["event_id"] == _captured(second)["event_id"]


def test_each_status_of_an_order_is_a_change_of_its_own() -> None:
    told = {(event["entity_id"], event["version"]): event["event_id"] for event in map(_captured, ORDERS)}
    assert len(set(told.values())) == len(told)


def test_an_order_carries_money_lines_country_and_subject() -> None:
    event = _captured(ORDERS[0])
    order = event["order"]
    assert order is not None
    body = json.loads(ORDERS[0].body)
    assert (str(order["total"]), order["currency"]) == (body["total"] + "00", body["currency"])
    assert [item["product_id"] for item in order["line_items"]] == [item["product_id"] for item in body["line_items"]]
    assert event["country"] == body["billing"]["country"]
    assert event["subject"] == f"kantoor|email|{body['billing']['email']}"


def test_a_second_change_within_one_second_keeps_its_own_identity() -> None:
    product = next(delivery for delivery in REAL if delivery.topic == "product.updated")
    body = json.loads(product.body)
    other = {**body, "stock_quantity": (body["stock_quantity"] or 0) + 1}
    again = _told("product.updated", json.dumps(other).encode())
    assert again["event_id"] != _captured(product)["event_id"]


def test_personal_data_does_not_enter_the_identity() -> None:
    body = json.loads(ORDERS[0].body)
    other = {**body, "customer_note": "something else", "customer_ip_address": "192.0.2.1"}
    again = _told("order.updated", json.dumps(other).encode())
    assert again["version"] == _captured(ORDERS[0])["version"]


@pytest.mark.parametrize("resource", ["order", "customer", "product", "coupon"])
def test_a_deletion_tells_nothing_but_an_id(resource: str) -> None:
    event = _told(f"{resource}.deleted", b'{"id":26}')
    assert (event["event_type"], event["entity_id"], event["subject"]) == (f"{resource}_deleted", 26, None)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"total": "a lot"}, "total"),
        ({"total": True}, "total"),
        ({"total": "1e40"}, "total"),
        ({"id": "26; DROP"}, "id"),
        ({"id": -4}, "id"),
        ({"date_modified_gmt": "0000-00-00 00:00:00"}, "date_modified_gmt"),
        ({"line_items": {"a": 1}}, "line_items"),
        ({"billing": "secret street"}, "billing"),
        ({"customer_note": ["secret"]}, "customer_note"),
        ({"line_items": [{}] * 10_001}, "line_items"),
        ({"customer_id": -1}, "customer_id"),
        ({"status": "of Jan Jansen, secret"}, "status"),
        ({"status": "x" * 41}, "status"),
        ({"payment_method": "secret@post.example"}, "payment_method"),
        ({"line_items": [{"product_id": -7}]}, "line_items[].product_id"),
        ({"line_items": [{"quantity": 2**31}]}, "line_items[].quantity"),
        ({"line_items": [{"quantity": "1_000"}]}, "line_items[].quantity"),
        ({"line_items": [{"total": "secret"}]}, "line_items[].total"),
        ({"refunds": [{"id": 0}]}, "refunds[].id"),
        ({"billing": {"city": ["secret"]}}, "billing.city"),
        ({"meta_data": [{"key": {}}]}, "meta_data[].key"),
        ({"date_modified_gmt": "2026-05-04T10:00:00+02:00"}, "date_modified_gmt"),
    ],
)
def test_a_wrong_field_is_refused_by_its_path_and_its_value_stays_unsaid(change: dict[str, Any], path: str) -> None:
    body = {**json.loads(ORDERS[0].body), **change}
    with pytest.raises(RefusedError) as refused:
        captured(_delivery("order.updated", json.dumps(body).encode()), LINEAGE)
    assert refused.value.rule.startswith(f"mapping: {path} ")
    assert "secret" not in str(refused.value)


def test_a_status_of_a_plugin_is_kept_as_it_is() -> None:
    body = {**json.loads(ORDERS[0].body), "status": "awaiting-shipment_2"}
    order = _told("order.updated", json.dumps(body).encode())["order"]
    assert order
    assert order["status"] == "awaiting-shipment_2"


def test_an_order_may_have_ten_thousand_lines() -> None:
    body = json.loads(ORDERS[0].body)
    body["line_items"] = body["line_items"][:1] * 10_000
    order = _told("order.updated", json.dumps(body).encode())["order"]
    assert order
    assert len(order["line_items"]) == 10_000


def test_what_a_plugin_adds_stays_out() -> None:
    body = {**json.loads(ORDERS[0].body), "gift_message": "secret", "billing": {"country": "NL", "secret": "x"}}
    assert "secret" not in str(_told("order.updated", json.dumps(body).encode()))


@pytest.mark.parametrize("depth", [100, 900])
def test_a_deep_value_of_a_plugin_is_told_or_refused(depth: int) -> None:
    whole = json.loads(ORDERS[0].body)
    deep = b'{"x":' * depth + b"1" + b"}" * depth
    body = orjson.dumps({**whole, "meta_data": []})[:-1] + b',"meta_data":[{"key":"k","value":' + deep + b"}]}"
    if depth == 100:
        order = _told("order.updated", body)["order"]
        assert order
        assert order["meta_data"][0]["value"] == deep.decode()
        return
    with pytest.raises(RefusedError, match=r"meta_data\[\]\.value"):
        captured(_delivery("order.updated", body), LINEAGE)


@pytest.mark.parametrize("topic", ["action.woocommerce_add_to_cart", "action.wc_anything"])
def test_an_action_tells_nothing_by_itself(topic: str) -> None:
    assert known_topic(topic)
    assert captured(_delivery(topic, b'{"action":"woocommerce_add_to_cart","arg":"secret"}'), LINEAGE) is None


@pytest.mark.parametrize("topic", ["", "order", "order.paid", "orders.created", "actions.x"])
def test_an_unknown_topic_is_refused(topic: str) -> None:
    assert not known_topic(topic)
    with pytest.raises(RefusedError, match="unknown webhook topic"):
        captured(_delivery(topic, b"{}"), LINEAGE)


def test_what_comes_back_from_the_trash_is_told_as_it_is() -> None:
    assert _told("order.restored", ORDERS[0].body)["event_id"] == _captured(ORDERS[0])["event_id"]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"id":', b"\xff\xfe", b"[" * 5000])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(RefusedError, match="body"):
        captured(_delivery("order.updated", body), LINEAGE)


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a body where something else may stand: a container, and a key or index."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(item, dict | list):
            yield from _spots(item)


@given(st.sampled_from(sorted(TOPICS)), st.sampled_from(REAL), st.data())
def test_any_json_in_any_field_is_mapped_or_refused_and_nothing_else(topic: str, delivery: Delivery, data: Any) -> None:
    body = json.loads(delivery.body)
    for _ in range(data.draw(st.integers(1, 3))):
        container, key = data.draw(st.sampled_from([spot for spot in _spots(body) if spot[1] != "_links"]))
        container[key] = data.draw(ANYTHING)
    raw = json.dumps(body).encode()
    try:
        event = captured(_delivery(topic, raw), LINEAGE)
    except RefusedError:
        return
    assert event == captured(_delivery(topic, raw), LINEAGE)
    fastavro.schemaless_writer(io.BytesIO(), schema("captured_event").parsed, event, strict=True)
