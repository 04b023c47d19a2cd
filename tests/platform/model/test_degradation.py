"""Both lanes at one server of known capacity: checkout tasks keep their deadline, batch tasks wait or are skipped.

The server answers 4 calls at a time in 50 ms each, keeps 4 more waiting and refuses the rest with 429: 80 calls a
second. It is asked through the worker's own client, stage and records; only Kafka is a list.
"""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from streams.clock import now
from streams.delivery.failure import UnavailableError
from streams.delivery.message import Message, Output
from streams.delivery.state import Attempt, Overlay
from streams.enrich.asking.ask import Asking, Pace
from streams.enrich.asking.cache import AnswerCache
from streams.enrich.client import Bounds, RegionClient
from streams.enrich.lanes import Lane, LaneRole
from streams.enrich.records.recording import Recording
from streams.enrich.stage import EnrichStage
from streams.enrich.tasks import TASKS
from streams.enrich.tasks.note_intent import NOTE_INTENT
from streams.enrich.tasks.review_themes import REVIEW_THEMES
from streams.enrich.tasks.task import Task
from streams.enrich.warming import warm
from streams.residency.endpoints import ModelEndpoint
from tests.unit.enrich.client.server import Asked, ModelServer, reply, serving
from tests.unit.enrich.events import note, review
from tests.unit.enrich.models import CODEC, KNOWN
from topics.names import MODEL_CALLS, enrichment_results

SERVICE_S, PARALLEL, ADMITTED = 0.05, 4, 8
DEADLINE_S, PATIENCE_S = 3.0, 2.0
CHECKOUT = replace(NOTE_INTENT, deadline_s=DEADLINE_S)
BATCH = replace(REVIEW_THEMES, deadline_s=DEADLINE_S, patience_s=PATIENCE_S)
BURST = 1_500


class Gpu:
    """Answers with the first word of the grammar, within its capacity."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(PARALLEL)
        self._admitted = 0

    async def __call__(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        if self._admitted >= ADMITTED:
            await reply(writer, {"error": "Model is overloaded", "error_type": "overloaded"}, status=429)
            return
        self._admitted += 1
        try:
            async with self._places:
                await asyncio.sleep(SERVICE_S)
        finally:
            self._admitted -= 1
        word = asked.json["parameters"]["grammar"]["value"].removeprefix(" (").partition("|")[0]
        details: dict[str, Any] = {"finish_reason": "eos_token", "generated_tokens": 2, "seed": 1}
        answer = {"generated_text": f" {word}", "details": {**details, "prefill": [], "tokens": []}}
        await reply(writer, [answer] if asked.path == "/" else answer)


@dataclass
class LaneAtWork:
    """One lane's stage, fed as the delivery layer feeds it."""

    stage: EnrichStage
    outputs: list[Output] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    async def work(self, messages: Sequence[Message]) -> None:
        """All of them, as many at a time as the stage takes; what is away is waited for."""
        places = asyncio.Semaphore(self.stage.concurrency)

        async def one(message: Message) -> None:
            async with places:
                await self.patiently(message)

        await asyncio.gather(*(one(message) for message in messages))

    async def patiently(self, message: Message) -> None:
        began = time.monotonic()
        while True:
            try:
                await self.stage.process(message, Attempt(Overlay({})))
            except UnavailableError:
                await asyncio.sleep(0.1)
                continue
            self.took.append(time.monotonic() - began)
            return

    def message(self, event: Any, number: int) -> Message:
        event["event_id"] = f"{self.stage.name}-{number}"
        return Message("commerce.events.eu", 0, number, None, CODEC.encode("commerce_event", event), now(), ())

    @property
    def statuses(self) -> list[str]:
        topic = enrichment_results("eu")
        found = [CODEC.decode("enrichment_result", one.value) for one in self.outputs if one.topic == topic]
        return [result["status"] for result in found]

    @property
    def calls(self) -> list[Any]:
        return [CODEC.decode("model_call", one.value) for one in self.outputs if one.topic == MODEL_CALLS]


@asynccontextmanager
async def _lane(server: ModelServer, role: LaneRole, task: Task, places: int) -> AsyncIterator[LaneAtWork]:
    endpoint = ModelEndpoint(url=server.url)
    client = RegionClient("eu", (endpoint,), Bounds(concurrency=places, queue_target_s=0.1))
    recording = Recording(CODEC, "policy")
    asking = Asking(client, recording, AnswerCache(0), Pace(chance=random.Random(1)))
    written: list[Output] = []

    async def deliver(outputs: Sequence[Output]) -> None:
        written.extend(outputs)

    try:
        yield LaneAtWork(
            EnrichStage("eu", Lane(role, (task,), places), asking, recording, KNOWN, deliver), outputs=written
        )
    finally:
        await client.close()


async def test_checkout_keeps_its_deadline_while_batch_waits_is_skipped_and_recovers() -> None:
    warm(TASKS)
    async with (
        serving(Gpu()) as server,
        _lane(server, "enrich", CHECKOUT, 4) as checkout,
        _lane(server, "enrich-batch", BATCH, 2) as batch,
    ):
        burst = [batch.message(review(f"lamp {number}"), number) for number in range(BURST)]
        flood = asyncio.create_task(batch.work(burst))
        notes = []
        for number in range(60):
            notes.append(asyncio.create_task(checkout.patiently(checkout.message(note(f"parcel {number}"), number))))
            await asyncio.sleep(SERVICE_S)
        await asyncio.gather(*notes)
        await flood
        await batch.patiently(batch.message(review("again"), BURST))

    assert checkout.statuses == ["answered"] * 60
    assert max(checkout.took) < DEADLINE_S
    statuses = batch.statuses
    assert len(statuses) == BURST + 1, "each event has its result"
    assert set(statuses[:-1]) == {"answered", "skipped"}
    assert statuses[-1] == "answered", "it goes on by itself"
    calls = batch.calls
    assert sum(call["outcome"] == "skipped" for call in calls) == statuses.count("skipped")
    assert len({call["call_id"] for call in calls}) == len(calls)
    sent = [one for one in (*checkout.calls, *calls) if one["outcome"] != "skipped"]
    assert len(sent) == len(server.asked), "each attempt that left is on record, and nothing else"
    worst = sorted(checkout.took)[-3]
    told = {"skipped": statuses.count("skipped"), "checkout_p95_ms": round(worst * 1000), "asked": len(server.asked)}
    print(json.dumps(told))
