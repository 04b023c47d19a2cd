"""The gateway answers as WooCommerce needs it, and says 200 only after the broker has the delivery."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiokafka.errors import KafkaConnectionError

from avro_schemas.codec import Codec
from streams.delivery.message import Output
from streams.sources.gateway import Gateway
from streams.sources.shops import Shop
from streams.sources.signature import sign
from tests.fixtures.samples import Delivery, deliveries

SECRET = b"whsec"
REAL = [delivery for delivery in deliveries() if delivery.topic]
PINGS = [delivery for delivery in deliveries() if not delivery.topic]
LIMIT = 65_536


class Broker:
    """Stands in for Kafka: keeps what it is given, or is away."""

    def __init__(self) -> None:
        self.kept: list[Output] = []
        self.away = False

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    async def deliver(self, outputs: Sequence[Output]) -> None:
        if self.away:
            raise KafkaConnectionError
        self.kept += outputs


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
async def client(broker: Broker, tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    (tmp_path / "demo").write_bytes(SECRET + b"\n")
    (tmp_path / "kantoor").write_text(REAL[0].secret, encoding="utf-8")
    shops = {name: Shop(name, "NL", "", (tmp_path / name,)) for name in ("demo", "kantoor")}
    codec = Codec({"woo_delivery": 1}, lambda _: "")
    gateway = Gateway(shops, codec, broker, LIMIT)  # type: ignore[arg-type]  # a broker in memory
    async with TestClient(TestServer(gateway.app())) as started:
        yield started


def _signed(body: bytes, topic: str = "order.updated", **more: str) -> dict[str, Any]:
    headers = {
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Signature": sign(body, SECRET),
        "X-WC-Webhook-ID": "1",
        **more,
    }
    return {"data": body, "headers": headers}


@pytest.mark.parametrize("delivery", REAL)
async def test_every_recorded_delivery_is_accepted_byte_for_byte(
    client: TestClient[Any, Any], broker: Broker, delivery: Delivery
) -> None:
    headers = {name: value for name, value in delivery.headers.items() if name.startswith("X-WC")}
    answer = await client.post("/webhooks/kantoor", data=delivery.body, headers=headers)
    assert answer.status == 200
    codec = Codec({"woo_delivery": 1}, lambda _: "")
    assert codec.decode("woo_delivery", broker.kept[0].value)["body"] == delivery.body


async def test_a_ping_gets_200_and_is_no_event(client: TestClient[Any, Any], broker: Broker) -> None:
    for ping in PINGS:
        assert (await client.post("/webhooks/demo", data=ping.body)).status == 200
    assert PINGS
    assert broker.kept == []


@pytest.mark.parametrize("signature", ["", "AAAA", "no base64 ~", sign(b'{"id":1}', b"another")])
async def test_a_wrong_or_missing_signature_is_401(
    client: TestClient[Any, Any], broker: Broker, signature: str
) -> None:
    request = _signed(b'{"id":1}')
    request["headers"]["X-WC-Webhook-Signature"] = signature
    assert (await client.post("/webhooks/demo", **request)).status == 401
    assert broker.kept == []


async def test_the_signature_is_over_the_raw_bytes(client: TestClient[Any, Any]) -> None:
    request = _signed(b'{"id":1}')
    assert (await client.post("/webhooks/demo", **{**request, "data": b'{"id": 1}'})).status == 401


@pytest.mark.parametrize(
    ("body", "topic", "outcome"),
    [
        (b'{"id":', "order.updated", "malformed_json"),
        (b"[1]", "order.updated", "no_id"),
        (b'{"id":0}', "order.updated", "no_id"),
        (b'{"id":1}', "coffee.brewed", "unknown_topic"),
        (b'{"id":1}', "", "unknown_topic"),
    ],
)
async def test_a_signed_request_that_is_no_delivery_is_400_with_a_remedy(
    client: TestClient[Any, Any], body: bytes, topic: str, outcome: str
) -> None:
    answer = await client.post("/webhooks/demo", **_signed(body, topic))
    assert answer.status == 400
    assert (await answer.json())["error"] == outcome
    assert (await answer.json())["remedy"]


async def test_a_body_over_the_limit_is_413(client: TestClient[Any, Any]) -> None:
    assert (await client.post("/webhooks/demo", **_signed(b" " * (LIMIT + 1)))).status == 413


async def test_an_unknown_shop_is_404(client: TestClient[Any, Any]) -> None:
    assert (await client.post("/webhooks/nobody", **_signed(b'{"id":1}'))).status == 404


async def test_without_the_broker_the_answer_is_503(client: TestClient[Any, Any], broker: Broker) -> None:
    broker.away = True
    assert (await client.post("/webhooks/demo", **_signed(b'{"id":1}'))).status == 503


async def test_deliveries_of_one_entity_share_a_key(client: TestClient[Any, Any], broker: Broker) -> None:
    for topic in ("order.created", "order.updated"):
        await client.post("/webhooks/demo", **_signed(b'{"id":7}', topic))
    assert [output.key for output in broker.kept] == [b"demo/order/7"] * 2


async def test_every_outcome_is_counted(client: TestClient[Any, Any]) -> None:
    await client.post("/webhooks/nobody", **_signed(b'{"id":1}'))
    await client.post("/webhooks/demo", **_signed(b'{"id":1}'))
    text = await (await client.get("/metrics")).text()
    assert 'inland_webhook_deliveries_total{outcome="unknown_shop",shop="unknown"}' in text
    assert 'inland_webhook_deliveries_total{outcome="accepted",shop="demo"}' in text


async def test_a_refused_body_is_not_logged(client: TestClient[Any, Any], caplog: pytest.LogCaptureFixture) -> None:
    await client.post("/webhooks/demo", data=b'{"id":1,"name":"secret"}')
    assert caplog.records
    assert "secret" not in caplog.text
