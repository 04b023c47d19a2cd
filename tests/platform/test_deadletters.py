"""Dead letters on the real parts: seen, looked at, put back, and lost by nothing that happens meanwhile."""

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
import yaml
from aiokafka import AIOKafkaConsumer, TopicPartition
from clickhouse_connect.driver.client import Client

from avro_schemas.codec import Codec
from avro_schemas.records import WooDelivery
from infra.local.platform import Platform
from streams.clock import now
from streams.delivery.message import Output
from streams.delivery.outbox import Outbox
from tests.fixtures.samples import deliveries
from tests.platform.commands import inland
from topics.names import WOO_DELIVERIES

WAIT_S = 90.0
ORDER = orjson.loads(next(delivery.body for delivery in deliveries() if delivery.topic == "order.created"))
UNKNOWN_SHOP = "sources: a shop that the shops file does not name"


def _eventually(what: str, condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < ends, f"not within {WAIT_S:g} s: {what}"
        time.sleep(0.1)


async def _write(platform: Platform, values: Sequence[bytes]) -> None:
    async with Outbox(platform.settings.kafka_bootstrap, "test", 10.0) as outbox:
        await outbox.deliver(
            [
                Output(WOO_DELIVERIES, b"key/%d" % number, value, (("trace", b"1"),))
                for number, value in enumerate(values)
            ]
        )


def _dlq(platform: Platform, command: str, *arguments: str, status: int = 0) -> Any:
    done = inland(platform, "dlq", command, *arguments, "--json")
    assert done.returncode == status, done.stdout + done.stderr
    return orjson.loads(done.stdout)


def _kind(platform: Platform, rule: str) -> dict[str, Any]:
    """The one kind of letters with the rule; counts of 0 where there is none."""
    found: list[dict[str, Any]] = _dlq(platform, "list", "--topic", WOO_DELIVERIES, "--rule", rule)
    return found[0] if found else {"letters": 0, "replayed": 0, "open": 0}


def _poison(platform: Platform, mark: int, number: int = 1) -> str:
    """Records that no schema fits, refused by now; returns their rule, which nobody else's record breaks."""
    rule = f"codec: no Confluent frame: first byte is {mark}, not 0"
    before = _kind(platform, rule)["letters"]
    asyncio.run(_write(platform, [bytes([mark]) + b"personal data" for _ in range(number)]))
    _eventually("poison is refused", lambda: _kind(platform, rule)["letters"] == before + number)
    return rule


def test_what_was_refused_is_listed_with_its_remedy_and_refused_again_when_nothing_was_mended(
    platform: Platform,
) -> None:
    rule = _poison(platform, 101, number=2)
    listed = _kind(platform, rule)
    assert (listed["topic"], listed["stage"]) == ("woo.deliveries.dlq", "redact")
    assert listed["open"] >= 2
    assert _dlq(platform, "list", "--topic", WOO_DELIVERIES, "--since", "2999-01-01T00:00:00") == []
    assert "only the gateway may write here" in listed["remedy"]
    outcome = _dlq(platform, "replay", "--topic", WOO_DELIVERIES, "--rule", rule, status=1)
    assert (outcome["put_back"], outcome["refused_again"]) == (1, 1)
    assert outcome["stopped"]["rule"] == rule
    after = _kind(platform, rule)
    # The letter put back counts as replayed; its new letter is open instead.
    assert (after["letters"], after["open"]) == (listed["letters"] + 1, listed["open"])


def test_skip_puts_every_letter_back_once_and_a_filter_leaves_the_others_open(platform: Platform) -> None:
    one, other = _poison(platform, 102, number=3), _poison(platform, 103, number=2)
    before, others = _kind(platform, one), _kind(platform, other)
    outcome = _dlq(platform, "replay", "--topic", WOO_DELIVERIES, "--rule", other, "--policy", "skip")
    assert outcome["put_back"] == outcome["refused_again"] == others["open"] >= 2
    assert outcome["stopped"] is None
    assert _kind(platform, one)["replayed"] == before["replayed"]
    assert _kind(platform, other)["replayed"] == others["letters"]
    outcome = _dlq(platform, "replay", "--topic", WOO_DELIVERIES, "--rule", one, "--policy", "skip", "--max", "2")
    assert outcome["put_back"] == 2
    assert _kind(platform, one)["replayed"] == before["replayed"] + 2
    assert _kind(platform, other)["replayed"] == others["letters"]


def test_a_worker_that_does_not_take_a_letter_up_is_named_and_the_letter_stays_open(platform: Platform) -> None:
    rule = _poison(platform, 104)
    before = _kind(platform, rule)["replayed"]
    redact = _pid(platform, "redact")
    os.kill(redact, signal.SIGSTOP)
    try:
        done = inland(platform, "dlq", "replay", "--topic", WOO_DELIVERIES, "--rule", rule, "--patience", "2")
    finally:
        os.kill(redact, signal.SIGCONT)
    assert done.returncode == 1
    assert "inland-redact has not come so far" in done.stderr
    assert "the worker of redact runs" in done.stderr
    assert _kind(platform, rule)["replayed"] == before


def test_a_letter_is_told_without_its_content_and_its_value_only_when_asked_for(platform: Platform) -> None:
    rule = _poison(platform, 105)
    _dlq(platform, "replay", "--topic", WOO_DELIVERIES, "--rule", rule, status=1)
    letter = _dlq(platform, "replay", "--topic", WOO_DELIVERIES, "--rule", rule, status=1)["stopped"]["letter"]
    topic, rest = letter.split("[")
    place = (topic, *rest.split("]@"))
    told = inland(platform, "dlq", "show", *place)
    assert "personal data" not in told.stdout + told.stderr
    value = bytes([105]) + b"personal data"
    facts = _dlq(platform, "show", *place)
    assert facts["attempts"] == facts["replays"] + 1 > 1
    assert facts["rule"] == rule
    assert (facts["value_bytes"], facts["value_sha256"]) == (len(value), hashlib.sha256(value).hexdigest())
    assert facts["headers"][0] == "trace"
    command = [sys.executable, "-m", "streams.cli", "dlq", "show", *place, "--value"]
    environment = {**os.environ, **platform.environment}
    piped = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60)
    assert piped.stdout == value
    assert b"personal data as it came" in _on_a_terminal(command, environment)
    assert value in _on_a_terminal([*command, "--personal-data"], environment)


def _on_a_terminal(command: Sequence[str], environment: dict[str, str]) -> bytes:
    """What a command shows whose standard output is a terminal."""
    ours, theirs = os.openpty()
    try:
        done = subprocess.run(command, env=environment, stdout=theirs, stderr=subprocess.PIPE, check=False, timeout=60)
        if done.returncode:
            return done.stderr
        return os.read(ours, 65536)
    finally:
        os.close(ours)
        os.close(theirs)


def _pid(platform: Platform, name: str) -> int:
    pid = platform.status().component(name).pid
    assert pid is not None
    return pid


@contextmanager
def _shop_named(platform: Platform, shop_id: str) -> Iterator[None]:
    """The mended cause: the shops file names the shop, and the redact stage has read it."""
    path = platform.layout.shops_file
    before = path.read_text(encoding="utf-8")
    shops = yaml.safe_load(before)
    shops["shops"].append({**shops["shops"][0], "id": shop_id})
    path.write_text(yaml.safe_dump(shops), encoding="utf-8")
    pid = _pid(platform, "redact")
    os.kill(pid, signal.SIGKILL)
    _eventually(
        "the redact stage is back",
        lambda: platform.status().component("redact").state == "healthy" and _pid(platform, "redact") != pid,
    )
    try:
        yield
    finally:
        path.write_text(before, encoding="utf-8")


def _order(codec: Codec, shop_id: str, order_id: int) -> bytes:
    body = orjson.dumps({**ORDER, "id": order_id})
    delivery = WooDelivery(
        shop_id=shop_id,
        webhook_id=1,
        delivery_id="",
        topic="order.updated",
        resource_id=order_id,
        body=body,
        body_sha256=hashlib.sha256(body).hexdigest(),
        received_at=now(),
    )
    return codec.encode("woo_delivery", delivery)


async def _end(platform: Platform) -> int:
    """Records ever written to the deliveries."""
    consumer = AIOKafkaConsumer(bootstrap_servers=platform.settings.kafka_bootstrap, group_id=None)
    async with consumer:
        ends = await consumer.end_offsets([TopicPartition(WOO_DELIVERIES, number) for number in (0, 1)])
    return sum(ends.values())


@pytest.fixture
def held_back(platform: Platform) -> tuple[str, range]:
    """Orders of a shop that nobody has named yet, all of them refused."""
    orders = range(begin := time.time_ns() // 1_000_000, begin + 30)
    shop_id = f"later-{begin}"
    codec = Codec.connect(platform.settings.registry_url)
    before = _kind(platform, UNKNOWN_SHOP)["letters"]
    asyncio.run(_write(platform, [_order(codec, shop_id, order_id) for order_id in orders]))
    _eventually("all are refused", lambda: _kind(platform, UNKNOWN_SHOP)["letters"] == before + len(orders))
    return shop_id, orders


def _landed(analyst: Client, shop_id: str) -> list[int]:
    query = "SELECT entity_id FROM commerce_events WHERE shop_id = {shop:String} ORDER BY entity_id"
    return [int(order_id) for (order_id,) in analyst.query(query, parameters={"shop": shop_id}).result_rows]


def test_held_back_orders_land_once_when_the_cause_is_mended_though_the_replay_is_killed(
    platform: Platform, analyst: Client, held_back: tuple[str, range]
) -> None:
    shop_id, orders = held_back
    assert _landed(analyst, shop_id) == []
    wanted = ("--topic", WOO_DELIVERIES, "--rule", UNKNOWN_SHOP)
    with _shop_named(platform, shop_id):
        assert _dlq(platform, "replay", *wanted, "--dry-run")["put_back"] == len(orders)
        begin = asyncio.run(_end(platform))
        command = [sys.executable, "-m", "streams.cli", "dlq", "replay", *wanted, "--policy", "skip", "--batch", "5"]
        killed = subprocess.Popen(command, env={**os.environ, **platform.environment})
        _eventually("some were put back", lambda: asyncio.run(_end(platform)) >= begin + 10)
        killed.kill()
        killed.wait()
        assert asyncio.run(_end(platform)) < begin + len(orders), "it was not killed in the middle"
        one_by_one = _dlq(platform, "replay", *wanted, "--max", "3")
        assert (one_by_one["accepted"], one_by_one["stopped"]) == (3, None)
        rest = _dlq(platform, "replay", *wanted, "--policy", "skip")
        assert 0 < rest["accepted"] == rest["put_back"] < len(orders) - 3, "the killed run was not remembered"
        _eventually("all have landed", lambda: len(set(_landed(analyst, shop_id))) == len(orders))
        again = _dlq(platform, "replay", *wanted)
        assert (again["put_back"], again["refused_again"]) == (0, 0)
    assert _landed(analyst, shop_id) == list(orders)
    assert _kind(platform, UNKNOWN_SHOP)["open"] == 0
