"""Bad input on the real parts: answered, counted, kept aside with its cause, and in nobody's way."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from clickhouse_connect.driver.client import Client

from infra.local.platform import Platform
from streams.delivery.message import Message, Output
from streams.delivery.outbox import Outbox
from streams.delivery.reading import read
from streams.redact.stage import SOURCES
from streams.sources.gateway.signature import sign
from tests.fixtures.samples import deliveries

WAIT_S = 60.0
ORDER = json.loads(next(delivery.body for delivery in deliveries() if delivery.topic == "order.created"))


def _post(
    platform: Platform, body: bytes, *, shop: str = "demo", topic: str = "order.updated", good: bool = True
) -> Any:
    secret = (platform.layout.secrets / "webhook-demo").read_bytes().strip()
    signature = sign(body, secret) if good else sign(body, b"another secret")
    headers = {"X-WC-Webhook-Topic": topic, "X-WC-Webhook-Signature": signature, "X-WC-Webhook-ID": "1"}
    url = f"{platform.settings.gateway_url}/webhooks/{shop}"
    return httpx.post(url, content=body, headers=headers, trust_env=False, timeout=30.0)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"body": b'{"id":1}', "good": False}, 401),
        ({"body": b'{"id":'}, 400),
        ({"body": b'{"id":1}', "topic": "coffee.brewed"}, 400),
        ({"body": b'{"id":1}', "shop": "nobody"}, 404),
        ({"body": b"[" + b" " * 2_000_000 + b"]"}, 413),
    ],
)
def test_the_gateway_answers_bad_requests_by_kind(platform: Platform, request_: Any, status: int) -> None:
    assert _post(platform, **request_).status_code == status


def test_a_ping_is_answered_200(platform: Platform) -> None:
    url = f"{platform.settings.gateway_url}/webhooks/demo"
    assert httpx.post(url, data={"webhook_id": "5"}, trust_env=False).status_code == 200


def test_with_the_broker_frozen_the_answer_is_503_within_five_seconds_and_afterwards_all_is_taken_again(
    platform: Platform,
) -> None:
    pid = next(part.pid for part in platform.status().components if part.name == "kafka")
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        answer = _post(platform, b'{"id":1}', topic="order.deleted")
        assert (answer.status_code, time.monotonic() - began < 5.0) == (503, True)
    finally:
        os.kill(pid, signal.SIGCONT)
    ends = time.monotonic() + WAIT_S
    while httpx.get(f"{platform.settings.gateway_url}/ready", trust_env=False).status_code != 200:
        assert time.monotonic() < ends, "the gateway does not find back to the broker"
        time.sleep(0.1)


async def _dead_letter(platform: Platform, topic: str, wanted: Callable[[Message], bool]) -> Message:
    """The first dead letter of `topic` that is wanted; waits until it is there."""
    async with asyncio.timeout(WAIT_S):
        while True:
            letters = read(platform.settings.kafka_bootstrap, f"{topic}.dlq", "earliest", "latest")
            found = [message async for message in letters if wanted(message)]
            if found:
                return found[0]
            await asyncio.sleep(0.5)


@pytest.mark.parametrize("topic", SOURCES)
async def test_a_record_that_cannot_be_read_is_kept_with_its_place_and_cause(platform: Platform, topic: str) -> None:
    poison = f"no record at all, {topic}".encode()
    async with Outbox(platform.settings.kafka_bootstrap, "poison", 10.0) as outbox:
        await outbox.deliver([Output(topic, b"key", poison, (("trace", b"1"),))])
    letter = await _dead_letter(platform, topic, lambda message: message.value == poison)
    headers = dict(letter.headers)
    assert letter.key == b"key"
    assert headers["trace"] == b"1"
    assert headers["inland.dlq.topic"].decode() == topic
    assert headers["inland.dlq.stage"] == b"redact"
    assert int(headers["inland.dlq.partition"]) >= 0
    assert int(headers["inland.dlq.offset"]) >= 0
    assert headers["inland.dlq.rule"]
    assert headers["inland.dlq.remedy"]


@pytest.mark.parametrize(
    ("country", "rule"), [("US", "residency: no region for US"), ("", "residency: order_placed without a country")]
)
async def test_an_order_that_no_region_may_process_is_held_back(platform: Platform, country: str, rule: str) -> None:
    order = {**ORDER, "id": 900_001 if country else 900_002}
    order["billing"] = {**order["billing"], "country": country}
    order["shipping"] = {**order["shipping"], "country": country}
    body = json.dumps(order).encode()
    assert _post(platform, body).status_code == 200
    letter = await _dead_letter(
        platform, "woo.deliveries", lambda message: dict(message.headers)["inland.dlq.rule"].decode().startswith(rule)
    )
    assert str(order["id"]).encode() in (letter.value or b"")


def test_an_order_that_was_held_back_is_told_once_its_country_may_be_processed(
    platform: Platform, analyst: Client
) -> None:
    order = {**ORDER, "id": time.time_ns() // 1_000_000}
    for country, status in (("US", "pending"), ("NL", ORDER["status"]), ("NL", ORDER["status"])):
        places = {name: {**order[name], "country": country} for name in ("billing", "shipping")}
        assert _post(platform, json.dumps({**order, **places, "status": status}).encode()).status_code == 200
    query = "SELECT event_type, order_billing_country FROM commerce_events WHERE entity_id = {id:Int64}"
    ends = time.monotonic() + WAIT_S
    while not (found := analyst.query(query, parameters={"id": order["id"]}).result_rows):
        assert time.monotonic() < ends, "it never landed"
        time.sleep(0.5)
    assert found == [("order_placed", "NL")], "the first that may be told is the placing, and it is told once"
