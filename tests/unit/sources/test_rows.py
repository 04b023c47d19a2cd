"""Recorded row changes become the business changes they tell, and no others."""

import json
from typing import Any

import pytest

from avro_schemas.records import CapturedEvent
from streams.delivery.message import Message
from streams.delivery.refusal import RefusedError
from streams.sources import rows
from streams.sources.debezium import parse
from streams.sources.lineage import Lineage
from tests.fixtures.samples import AT, changes

KNOWN = [message for message in changes() if message.topic.endswith(("wc_order_addresses", "wc_orders", "comments"))]


def _captured(message: Message) -> CapturedEvent | None:
    change = parse(message)
    assert change is not None
    return rows.captured(change, Lineage.of(message, change.shop_id, "cdc", change.changed_at))


def _edited(table: str, op: str, **columns: Any) -> Message:
    for message in KNOWN:
        envelope = json.loads(message.value or b"null")
        if envelope and envelope["op"] == op and message.topic.endswith(table):
            before = dict(envelope["before"] or {})
            envelope["after"] = {**(envelope["after"] or {}), **columns}
            envelope["before"] = before or None
            return Message(message.topic, 0, 1, None, json.dumps(envelope).encode(), AT)
    raise LookupError(f"no {op} of {table} among the samples")


def test_every_recorded_row_is_read_or_is_a_tombstone() -> None:
    kinds = {event["event_type"] for message in KNOWN if message.value and (event := _captured(message))}
    assert {"order_status_changed", "order_note_added", "review_posted"} <= kinds
    assert all(parse(message) is None for message in KNOWN if message.value is None)


def test_an_order_that_is_not_placed_yet_is_no_change() -> None:
    assert _captured(_edited("wc_orders", "r", status="wc-checkout-draft")) is None
    assert _captured(_edited("wc_orders", "r", status="auto-draft")) is None


def test_a_refund_row_is_no_order() -> None:
    assert _captured(_edited("wc_orders", "r", type="shop_order_refund")) is None


def test_an_update_that_keeps_the_status_is_no_change_of_status() -> None:
    update = _edited("wc_orders", "u")
    envelope = json.loads(update.value or b"")
    kept = {**envelope["after"], "status": "wc-processing"}
    envelope["before"] = envelope["after"] = kept
    assert _captured(Message(update.topic, 0, 1, None, json.dumps(envelope).encode(), AT)) is None


def test_a_status_is_told_without_its_prefix() -> None:
    event = _captured(_edited("wc_orders", "r", status="wc-on-hold", type="shop_order"))
    assert event is not None
    assert event["order"] is not None
    assert event["order"]["status"] == "on-hold"


def test_a_note_by_woocommerce_itself_is_told_apart() -> None:
    by_system = _captured(_edited("comments", "c", comment_type="order_note", comment_author="WooCommerce", user_id=0))
    by_person = _captured(_edited("comments", "c", comment_type="order_note", comment_author="Ilse", user_id=1))
    assert by_system is not None
    assert by_person is not None
    assert by_system["note"] is not None
    assert by_person["note"] is not None
    assert (by_system["note"]["by_system"], by_person["note"]["by_system"]) == (True, False)


def test_an_ordinary_blog_comment_is_none_of_our_business() -> None:
    assert _captured(_edited("comments", "c", comment_type="comment")) is None


def test_the_same_row_has_the_same_identity_by_snapshot_and_by_stream() -> None:
    columns = {"comment_type": "review", "comment_ID": 5, "comment_date_gmt": 1795400421000}
    by_snapshot = _captured(_edited("comments", "r", **columns))
    by_stream = _captured(_edited("comments", "c", **columns))
    assert by_snapshot is not None
    assert by_stream is not None
    assert by_snapshot["event_id"] == by_stream["event_id"]


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
    change = parse(_edited("comments", "c", comment_content="secret"))
    assert "secret" not in repr(change)
