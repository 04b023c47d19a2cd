"""What the test of residency stands on: a policy of its own for the platform's enrich worker, events, and answers."""

import asyncio
import contextlib
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Iterator
from statistics import median
from typing import Any, Self
from urllib.request import urlopen
from uuid import uuid4

import yaml
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from avro_schemas.codec import Codec
from avro_schemas.records import CommerceEvent, EnrichmentResult, Note
from infra.local.files import write_atomic
from infra.local.platform import Platform
from infra.local.settings import HOST
from streams.clock import now
from streams.redact.keyfiles import GATE_KEYS
from streams.redact.known_header import KnownHeader
from streams.redact.pseudonym import RegionKeys
from tests.platform.audit_stand import eventually
from tests.unit.audit import samples
from topics.model import Region
from topics.names import commerce_events, enrichment_results

COUNTRY: dict[Region, str] = {"eu": "NL", "uk": "GB"}
RESTART_WITHIN_S = 120.0
ANSWER_WITHIN_S = 90.0


@contextlib.contextmanager
def endpoints(platform: Platform, urls: dict[Region, str]) -> Iterator[None]:
    """The enrich worker started again with these endpoints, as an operator does it; with the old ones afterwards."""
    path = platform.layout.residency_file
    before = path.read_text(encoding="utf-8")
    policy = yaml.safe_load(before)
    for region, url in urls.items():
        policy["regions"][region]["endpoints"][0]["url"] = url
    try:
        _put_in_force(platform, yaml.safe_dump(policy))
        yield
    finally:
        _put_in_force(platform, before)


def _put_in_force(platform: Platform, policy: str) -> None:
    write_atomic(platform.layout.residency_file, policy, mode=0o600)
    worker = platform.status().component("enrich").pid
    assert worker is not None
    os.kill(worker, signal.SIGTERM)

    def again() -> bool:
        part = platform.status().component("enrich")
        return part.state == "healthy" and part.pid != worker

    eventually("enrich runs again", again, within_s=RESTART_WITHIN_S)


def parked_s(platform: Platform, stage: str) -> float:
    """How long the oldest message of a stage of the enrich worker has been waiting for what is away."""
    with urlopen(f"http://{HOST}:{platform.settings.enrich_port}/metrics", timeout=60) as answer:
        text: str = answer.read().decode()
    found = re.findall(rf'^inland_parked_seconds{{.*stage="{stage}".*}} (\S+)$', text, re.MULTILINE)
    return max(map(float, found), default=0.0)


def note(region: Region, content: str) -> CommerceEvent:
    """A note of a customer of that region."""
    at = now()
    times: Any = dict.fromkeys(("occurred_at", "captured_at", "redacted_at"), at)
    own: Any = {"event_id": uuid4().hex, "shop_id": "residency", "region": region, "country": COUNTRY[region]}
    about: Any = {"event_type": "order_note_added", "entity": "order_note", "route": "cdc"}
    told = Note(order_id=7, by_system=False, content=content)
    return {**samples.order_event(), **times, **own, **about, "order": None, "note": told}


class Line:
    """Writes events of one region, and sees their answers. Use as an async context manager."""

    def __init__(self, platform: Platform, region: Region) -> None:
        self.region = region
        self.sent: list[str] = []
        self.answered: dict[str, EnrichmentResult] = {}
        self._codec = Codec.connect(platform.settings.registry_url)
        self._header = KnownHeader(RegionKeys.read(platform.layout.gate_keys, GATE_KEYS))
        self._bootstrap = platform.settings.kafka_bootstrap

    async def __aenter__(self) -> Self:
        """Read answers from now on."""
        self._producer = AIOKafkaProducer(bootstrap_servers=self._bootstrap)
        self._answers = AIOKafkaConsumer(enrichment_results(self.region), bootstrap_servers=self._bootstrap)
        await self._producer.start()
        await self._answers.start()
        await self._answers.seek_to_end()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of the broker."""
        await self._answers.stop()
        await self._producer.stop()

    async def send(self, content: str) -> str:
        """Write a note; its event id."""
        event = note(self.region, content)
        known = self._header.write(self.region, event["event_id"], (), event["country"])
        value = self._codec.encode("commerce_event", event)
        await self._producer.send_and_wait(commerce_events(self.region), value, key=b"residency", headers=list(known))
        self.sent.append(event["event_id"])
        return event["event_id"]

    async def answers(self, *event_ids: str) -> list[EnrichmentResult]:
        """The answers about these events, awaited. TimeoutError when they do not come."""
        async with asyncio.timeout(ANSWER_WITHIN_S):
            while not set(event_ids) <= self.answered.keys():
                record = await self._answers.getone()
                result: EnrichmentResult = self._codec.decode("enrichment_result", record.value)
                self.answered[result["event_id"]] = result
        return [self.answered[event_id] for event_id in event_ids]

    async def seconds_per_event(self, contents: list[str]) -> float:
        """Median from writing an event to reading its answer, one event after the other."""
        return median([seconds async for seconds in self._one_by_one(contents)])

    async def _one_by_one(self, contents: list[str]) -> AsyncIterator[float]:
        for content in contents:
            started = time.monotonic()
            await self.answers(await self.send(content))
            yield time.monotonic() - started
