"""Deliveries look on the wire like recorded ones, and recordings go out again unchanged."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.local.shop.replay import RecordingError, recorded
from infra.local.shop.webhook import Topic, delivery, pings, sign
from tests.unit.shop.samples import FIXTURES, recordings

CONNECTION = {"Host", "Content-Length"}


def test_signing_gives_every_recorded_signature() -> None:
    signed = [entry for entry in recordings() if "X-WC-Webhook-Signature" in dict(entry["headers"])]
    assert len(signed) == 45
    for entry in signed:
        expected = dict(entry["headers"])["X-WC-Webhook-Signature"]
        assert sign(entry["secret"], base64.b64decode(entry["body_b64"])) == expected


def test_a_secret_is_html_decoded_before_signing() -> None:
    assert sign("a&amp;b", b"x") == sign("a&b", b"x") != sign("a&ampb", b"x")


def test_headers_have_the_recorded_names_in_the_recorded_order() -> None:
    entry = next(e for e in recordings() if "X-WC-Webhook-Topic" in dict(e["headers"]))
    expected = [name for name, _ in entry["headers"] if name not in CONNECTION]
    now = datetime(2026, 11, 23, tzinfo=UTC)
    made = delivery(Topic.ORDER_CREATED, {"id": 5, "status": "pending"}, "s", now)
    assert [name for name, _ in made.headers] == expected
    assert (made.resource_id, made.status) == (5, "pending")


def test_deliveries_of_one_webhook_in_one_second_share_their_delivery_id() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    one, two = (dict(delivery(Topic.ORDER_UPDATED, {"id": i}, "s", now).headers) for i in (1, 2))
    assert one["X-WC-Webhook-Delivery-ID"] == two["X-WC-Webhook-Delivery-ID"]
    assert one["X-WC-Webhook-Signature"] != two["X-WC-Webhook-Signature"]


def test_pings_are_unsigned_forms() -> None:
    for ping in pings():
        assert ping.body.startswith(b"webhook_id=")
        assert not any(name.startswith("X-WC") for name, _ in ping.headers)


def test_a_recording_is_sent_again_byte_by_byte_with_its_headers() -> None:
    again = list(recorded(FIXTURES / "webhooks.jsonl", None))
    assert len(again) == 52
    for made, entry in zip(again, recordings(), strict=True):
        assert made.body == base64.b64decode(entry["body_b64"])
        assert [list(pair) for pair in made.headers] == [h for h in entry["headers"] if h[0] not in CONNECTION]


def test_a_new_secret_signs_a_recording_anew() -> None:
    made = next(d for d in recorded(FIXTURES / "webhooks.jsonl", "other") if d.topic != "ping")
    assert dict(made.headers)["X-WC-Webhook-Signature"] == sign("other", made.body)


def test_a_broken_recording_is_named_by_file_and_line_without_its_content(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"headers": [], "body_b64": "Jan de Vries"}\n')
    with pytest.raises(RecordingError, match=r"broken\.jsonl:1") as caught:
        list(recorded(broken, None))
    assert "Jan" not in str(caught.value)


def test_only_wordpress_special_characters_are_decoded() -> None:
    assert sign("a&#039;b&quot;&lt;", b"x") == sign("a'b\"<", b"x")
    assert sign("a&eacute;b", b"x") != sign("aéb", b"x")
