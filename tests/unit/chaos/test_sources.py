"""What the books say of source records, on recorded changes, and of the ledger's lines."""

import hashlib
import json
from pathlib import Path

from streams.clock import now
from streams.delivery.message import Message
from tests.chaos.reconcile.shop import ToldByShop
from tests.chaos.reconcile.sources import Sources
from tests.fixtures.samples import AT, changes, deliveries
from tests.unit.chaos.books import CODEC


def test_a_recorded_delivery_is_known_however_often_it_was_written() -> None:
    sent = next(one for one in deliveries() if one.topic == "order.created")
    sha = hashlib.sha256(sent.body).hexdigest()
    told = {"shop_id": "demo", "webhook_id": 1, "delivery_id": "", "topic": sent.topic, "resource_id": 7}
    value = CODEC.encode("woo_delivery", {**told, "body": sent.body, "body_sha256": sha, "received_at": now()})
    sources = Sources(CODEC)
    for offset in (3, 9):
        sources.take(Message("woo.deliveries", 0, offset, b"k", value, AT))
    assert sources.deliveries == {("order.created", sha): 2}
    assert not sources.refused


def test_recorded_row_changes_are_rows_of_orders_and_comments() -> None:
    sources = Sources(CODEC)
    for offset, message in enumerate(changes()):
        sources.take(Message("shop.cdc.changes", 0, offset, message.key, message.value, AT))
    assert {table for table, _, _ in sources.rows} == {"wp_wc_orders", "wp_comments"}


def test_what_nobody_can_read_is_expected_among_the_dead_letters() -> None:
    sources = Sources(CODEC)
    sources.take(Message("shop.cdc.changes", 1, 4, b"k", b"{ no json", AT))
    sources.take(Message("woo.deliveries", 0, 8, b"k", b"no frame at all", AT))
    assert sources.refused == {"shop.cdc.changes[1]@4": "redact", "woo.deliveries[0]@8": "redact"}


def test_the_ledger_is_read_on_line_by_line_and_never_half_a_line(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    status = {"kind": "row", "table": "wp_wc_orders", "what": "update", "id": 7, "detail": "wc-processing"}
    lost = {"kind": "webhook", "topic": "order.updated", "outcome": "failed", "body_sha256": "s"}
    line = json.dumps(status)
    placed = {"kind": "change", "event_type": "order_placed", "entity": "order", "id": 7, "status": "pending"}
    change = json.dumps({**placed, "total": "9.50", "changed_at": "2026-11-24T05:47:05+00:00"})
    path.write_text(f"{json.dumps(lost)}\n{line[:20]}")
    told = ToldByShop(path)
    told.read_on()
    assert (told.unacknowledged, dict(told.rows)) == (1, {})
    path.write_text(f"{json.dumps(lost)}\n{line}\n{change}\n")
    told.read_on()
    assert (told.unacknowledged, set(told.rows)) == (1, {("wp_wc_orders", "7", "wc-processing")})
    assert {(one.what, one.number, one.status) for one in told.changes} == {
        ("created", "7", ""),
        ("state", "7", "pending"),
    }
    assert told.last_status == {"7": "wc-processing"}
