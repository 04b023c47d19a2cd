"""What redaction missed does not reach a model: the enrich worker sees a subject's value by its blinded fingerprint."""

import asyncio
import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from clickhouse_connect.driver.client import Client

from avro_schemas.codec import Codec
from avro_schemas.records import CommerceEvent
from infra.local.platform import Platform
from infra.local.settings import HOST
from streams.clock import now
from streams.delivery.message import Headers
from streams.delivery.reading import read
from streams.demo.day import Day, play, told
from streams.demo.offsets import Offsets
from streams.demo.stations import count
from streams.demo.watch import Line
from streams.redact.keyfiles import GATE_KEYS
from streams.redact.known_header import HEADER, KnownHeader
from streams.redact.pseudonym import RegionKeys
from streams.redact.values import KnownValue
from tests.platform.audit_stand import eventually
from tests.unit.audit import samples
from topics.model import REGIONS
from topics.names import commerce_events, dead_letters

PATIENCE_S = 120.0
ANOUK = (KnownValue("Anouk van der Meulen", "person"), KnownValue("+31 6 1987 4402", "phone"))
MISSED = "Please let a. van der MEULEN know when the lamp comes"
CLEAN = "Please let <PERSON_1> know when the lamp comes"


def _review(content: str) -> CommerceEvent:
    event = samples.review_event()
    review = event["review"]
    assert review is not None
    at = now()
    times: Any = dict.fromkeys(("occurred_at", "captured_at", "redacted_at"), at)
    return {
        **event,
        **times,
        "event_id": uuid4().hex,
        "shop_id": "gate",
        "region": "eu",
        "route": "cdc",
        "review": {**review, "content": content},
    }


async def _send(platform: Platform, analyst: Client, event: CommerceEvent, headers: Headers) -> None:
    """Write the event, and wait until it has landed: what comes later is counted from here."""
    codec = Codec.connect(platform.settings.registry_url)
    async with AIOKafkaProducer(bootstrap_servers=platform.settings.kafka_bootstrap) as producer:
        value = codec.encode("commerce_event", event)
        await producer.send_and_wait(commerce_events("eu"), value, key=b"last-gate", headers=list(headers))
    asked = "SELECT count() FROM commerce_events WHERE event_id = {id:String}"
    given = {"id": event["event_id"]}
    await asyncio.to_thread(
        eventually, "the event has landed", lambda: analyst.query(asked, parameters=given).result_rows == [(1,)]
    )


def _header(platform: Platform, event: CommerceEvent, known: Sequence[KnownValue] = ANOUK) -> Headers:
    keys = RegionKeys.read(platform.layout.gate_keys, GATE_KEYS)
    return KnownHeader(keys).write("eu", event["event_id"], known, "NL")


def _calls(analyst: Client, event: CommerceEvent) -> list[tuple[str, str, str]]:
    asked = "SELECT outcome, gate, ifNull(error_type, '') FROM model_calls WHERE event_id = {id:String}"
    return [tuple(row) for row in analyst.query(asked, parameters={"id": event["event_id"]}).result_rows]


def _counter(url: str, name: str, labels: str = "") -> float:
    with urlopen(f"{url}/metrics", timeout=10) as answer:  # noqa: S310  # the platform's own
        text: str = answer.read().decode()
    found = re.search(rf"^{re.escape(name + labels)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def _enrich(platform: Platform, name: str, labels: str) -> float:
    """A counter of the batch lane, which is who reads reviews."""
    return _counter(f"http://{HOST}:{platform.settings.enrich_batch_port}", name, labels)


async def _settled(platform: Platform, analyst: Client, event: CommerceEvent) -> list[tuple[str, str, str]]:
    await asyncio.to_thread(eventually, "the call is on record", lambda: len(_calls(analyst, event)) > 1)
    return _calls(analyst, event)


@pytest.fixture(scope="module")
def day(platform: Platform, analyst: Client) -> Day:
    """Orders and notes, played to their end."""
    day = Day(orders=8, rate=None, seed=31, ledger=platform.layout.run / "gate-ledger.jsonl")

    async def whole_day() -> None:
        async with Offsets(platform.settings.kafka_bootstrap) as offsets:
            line = Line(offsets, analyst, await count(offsets, analyst), lambda _: None)
            await play(platform, day, lambda _: None)
            await line.settle(told(day), PATIENCE_S)

    asyncio.run(whole_day())
    return day


async def test_every_event_of_the_redact_worker_has_a_header_that_shows_no_value(platform: Platform, day: Day) -> None:
    keys = KnownHeader(RegionKeys.read(platform.layout.gate_keys, GATE_KEYS))
    codec = Codec.connect(platform.settings.registry_url)
    facts = [json.loads(line) for line in day.ledger.read_text(encoding="utf-8").splitlines()]
    values = {value["value"] for fact in facts for value in fact.get("values", ()) if len(value["value"]) >= 6}
    looked = known = 0
    for region in REGIONS:
        async for message in read(platform.settings.kafka_bootstrap, commerce_events(region), "earliest", "latest"):
            event: CommerceEvent = codec.decode("commerce_event", message.value)
            if message.key == b"last-gate":
                continue
            blinded = keys.read(region, event["event_id"], message.headers)
            assert blinded is not None, message.place
            content = dict(message.headers)[HEADER]
            assert not [value for value in values if value.encode() in content]
            looked += 1
            known += bool(blinded.fingerprints)
    assert looked > 30
    assert known > 10


def test_no_prompt_of_an_honest_day_is_blocked(platform: Platform, analyst: Client, day: Day) -> None:
    found = analyst.query("SELECT gate, count() FROM model_calls WHERE shop_id = 'demo' GROUP BY gate").result_rows
    gates: dict[str, int] = {gate: rows for gate, rows in found}  # noqa: C416
    assert gates.get("passed", 0) > 5
    assert gates.get("blocked", 0) == 0


async def test_a_known_value_that_redaction_missed_reaches_no_model_and_is_on_record(
    platform: Platform, analyst: Client, day: Day
) -> None:
    event = _review(MISSED)
    labels = '{rule="known_value",task="review_sentiment"}'
    asked, blocked = (
        _counter(platform.settings.model_url, "tgi_request_count"),
        _enrich(platform, "inland_prompts_blocked_total", labels),
    )
    assert asked > 0, "a counter of another name proves nothing"
    await _send(platform, analyst, event, _header(platform, event))
    once = ("blocked", "blocked", "personal_data_in_prompt: known_value")
    assert await _settled(platform, analyst, event) == [once, once], "sentiment and themes each leave a record"
    assert _counter(platform.settings.model_url, "tgi_request_count") == asked
    assert _enrich(platform, "inland_prompts_blocked_total", labels) == blocked + 1
    kept = analyst.query("SELECT count() FROM model_call_bodies WHERE position(prompt, 'MEULEN') > 0").result_rows
    assert kept == [(0,)]


async def test_the_same_event_redacted_is_asked_about(platform: Platform, analyst: Client, day: Day) -> None:
    event = _review(CLEAN)
    asked = _counter(platform.settings.model_url, "tgi_request_count")
    await _send(platform, analyst, event, _header(platform, event))
    assert ("answered", "passed", "") in await _settled(platform, analyst, event)
    assert _counter(platform.settings.model_url, "tgi_request_count") > asked


async def test_an_event_without_the_header_is_looked_at_by_patterns_alone_and_counted(
    platform: Platform, analyst: Client, day: Day
) -> None:
    labels = '{task="review_sentiment"}'
    before = _enrich(platform, "inland_prompts_by_patterns_alone_total", labels)
    event = _review("mail anouk@post.example")
    await _send(platform, analyst, event, ())
    once = ("blocked", "blocked", "personal_data_in_prompt: email")
    assert await _settled(platform, analyst, event) == [once, once], "sentiment and themes each leave a record"
    assert _enrich(platform, "inland_prompts_by_patterns_alone_total", labels) == before + 1


async def test_an_event_whose_header_cannot_be_read_is_a_dead_letter(
    platform: Platform, analyst: Client, day: Day
) -> None:
    event = _review(CLEAN)
    ((name, value),) = _header(platform, event)
    await _send(platform, analyst, event, ((name, b"\x09" + value[1:]),))

    async def found() -> bool:
        letters = dead_letters(commerce_events("eu"))
        codec = Codec.connect(platform.settings.registry_url)
        # Read to the end: a reader that is left half-way keeps its connection.
        rules = {
            codec.decode("commerce_event", message.value)["event_id"]: dict(message.headers)["inland.dlq.rule"]
            async for message in read(platform.settings.kafka_bootstrap, letters, "earliest", "latest")
        }
        return b"gate: what is known" in rules.get(event["event_id"], b"")

    await asyncio.to_thread(eventually, "the dead letter is there", lambda: asyncio.run(found()))
