"""The gateway answers as WooCommerce needs it, and says 200 only after the broker has the delivery."""

from pathlib import Path

import orjson
import pytest
from aiokafka.errors import MessageSizeTooLargeError, OutOfOrderSequenceNumber

from tests.fixtures.samples import Delivery, deliveries
from tests.unit.sources.gateway.stand import CODEC, Stand, standing

REAL = [delivery for delivery in deliveries() if delivery.topic]
PINGS = [delivery for delivery in deliveries() if not delivery.topic]


async def test_every_recorded_delivery_is_accepted_byte_for_byte(stand: Stand) -> None:
    for delivery in REAL:
        assert (await stand.send(delivery.body, _recorded(delivery), "kantoor"))[0] == 200
        assert stand.broker.bodies()[-1] == delivery.body


async def test_a_ping_gets_200_and_is_no_event(stand: Stand) -> None:
    assert PINGS
    for ping in PINGS:
        assert (await stand.send(ping.body, {"Content-Type": "application/x-www-form-urlencoded"}))[0] == 200
    assert stand.broker.kept == []


@pytest.mark.parametrize(
    ("topic", "body", "resource_id"),
    [
        ("coupon.created", b'{"id":31}', 31),
        ("customer.restored", b'{"id":7}', 7),
        ("product.deleted", b'{"id":9}', 9),
        ("order.deleted", b'{"id":"26"}', 26),
        ("action.woocommerce_add_to_cart", b'{"action":"woocommerce_add_to_cart","arg":"b6d767d2f8ed5d21"}', 0),
        ("action.plug-in/v1.done", b'{"action":"plug-in/v1.done","arg":26}', 26),
        ("action.x", b'{"action":"x","arg":-3}', 0),
        ("action.x", b'{"action":"x","arg":true}', 0),
        ("action.x", b'{"action":"x"}', 0),
    ],
)
async def test_every_topic_of_woocommerce_is_accepted_and_keyed_by_the_id_alone(
    stand: Stand, topic: str, body: bytes, resource_id: int
) -> None:
    assert await stand.post(body, topic) == (200, {})
    (output,) = stand.broker.kept
    delivery = CODEC.decode("woo_delivery", output.value)
    assert (delivery["topic"], delivery["resource_id"], output.key) == (topic, resource_id, b"%d" % resource_id)


async def test_without_the_broker_the_answer_is_503_until_it_is_back(stand: Stand) -> None:
    stand.broker.away = True
    assert (await stand.post(b'{"id":1}'))[1]["error"] == "broker_unreachable"
    assert (await stand.post(b'{"id":2}'))[1]["error"] == "broker_slow"
    assert (await stand.get("/ready"))[0] == 503
    assert (await stand.get("/health"))[0] == 200
    stand.broker.away = False
    await stand.until_answered("/ready", 200)
    assert (await stand.post(b'{"id":1}'))[0] == 200


async def test_a_producer_that_can_write_nothing_any_more_is_renewed(stand: Stand) -> None:
    stand.broker.failure = OutOfOrderSequenceNumber()
    assert (await stand.post(b'{"id":1}'))[0] == 503
    stand.broker.failure = None
    await stand.until_answered("/ready", 200)
    assert stand.broker.starts == 2
    assert (await stand.post(b'{"id":1}'))[0] == 200


async def test_a_body_that_kafka_will_never_take_is_413(stand: Stand) -> None:
    stand.broker.failure = MessageSizeTooLargeError()
    assert (await stand.post(b'{"id":1}'))[0] == 413


async def test_every_outcome_is_counted(stand: Stand) -> None:
    await stand.post(b'{"id":1}', shop="nobody")
    await stand.post(b'{"id":1}')
    _, text = await stand.get("/metrics")
    assert 'inland_webhook_deliveries_total{outcome="unknown_shop",shop="unknown"}' in text
    assert 'inland_webhook_deliveries_total{outcome="accepted",shop="demo"}' in text
    assert "nobody" not in text
    for name in ("waiting", "oldest_seconds", "held_bytes", "connections", "confirm_seconds_count"):
        assert f"inland_webhook_{name}" in text


async def test_a_defect_is_503_and_told_without_its_words(
    stand: Stand, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise KeyError("secret")

    monkeypatch.setattr(CODEC, "encode", broken)
    assert (await stand.post(b'{"id":1}'))[1]["error"] == "defect"
    assert "KeyError" in [getattr(record, "error", "") for record in caplog.records]
    assert "secret" not in caplog.text


async def test_a_flood_of_refusals_is_no_flood_of_log_lines(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(20):
        await stand.send(b'{"id":1,"name":"secret"}', {})
    lines = [record for record in caplog.records if record.message == "rejected"]
    assert 1 <= len(lines) < 10
    assert "secret" not in caplog.text


async def test_the_answer_of_a_ready_gateway_tells_why_it_is_not(shops_file: Path) -> None:
    async with standing(shops_file) as stand:
        assert orjson.loads((await stand.get("/ready"))[1]) == {"ready": True, "reason": ""}
        stand.gateway.leave()
        assert orjson.loads((await stand.get("/ready"))[1]) == {"ready": False, "reason": "stopping"}


def _recorded(delivery: Delivery) -> dict[str, str]:
    kept = ("x-wc-webhook", "content-type")
    return {name: value for name, value in delivery.headers.items() if name.lower().startswith(kept)}
