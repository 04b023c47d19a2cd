"""One trace from the shop's request to the batch of its answer, and no personal datum, prompt or answer in any span."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from avro_schemas.codec import Codec
from streams.clock import now
from streams.delivery.message import Message, Output
from streams.delivery.state import Attempt, Overlay
from streams.enrich.asking.ask import Asking
from streams.enrich.asking.cache import AnswerCache
from streams.enrich.client import ModelInfo, Reply, Request
from streams.enrich.lanes import Lane
from streams.enrich.records.recording import Recording
from streams.enrich.stage import EnrichStage
from streams.enrich.tasks.note_intent import NOTE_INTENT
from streams.redact.detect.detector import Detector
from streams.redact.known_header import KnownHeader
from streams.redact.policy import load_policy
from streams.redact.pseudonym import RegionKeys
from streams.redact.publish import Publisher
from streams.redact.redactor import Redactor
from streams.redact.stage import RedactStage, Waits
from streams.redact.vault.keeper import Keeper
from streams.redact.violations import Violations
from streams.residency.policy import residency
from streams.sources.shops import Shop
from streams.sources.versions.pace import Pace
from streams.tracing.context import stamped
from streams.tracing.landing import landing
from streams.tracing.stages import traced
from tests.fixtures.samples import deliveries
from tests.unit.sources.gateway.stand import SECRET, standing, write_shops
from tests.unit.tracing.ids import ids
from topics.names import MODEL_CALLS, WOO_DELIVERIES, commerce_events

# The first is the gateway stand's number for it.
NAMES = ("woo_delivery", "commerce_event", "privacy_finding", "vault_record", "model_call", "enrichment_result")
CODEC = Codec({name: number for number, name in enumerate(NAMES, 1)}, lambda _: "")  # type: ignore[misc]
KEYS, GATE = RegionKeys({"eu": b"\x01" * 32}), KnownHeader(RegionKeys({"eu": b"\x02" * 32}))
NOTE = "Please leave it with Wilhelmina Vermeulen, wilhelmina@vermeulen.example, 06 12345678"
ANSWER = " delivery\n"
SECRETS = ("Wilhelmina", "Vermeulen", "vermeulen.example", "12345678", "Please leave it", "Question", "delivery\n")


@dataclass(slots=True)
class Model:
    """Answers every question alike, and keeps what it was asked."""

    region: str = "eu"
    prompts: list[str] = field(default_factory=list)

    async def info(self) -> ModelInfo:
        return ModelInfo("small", "sha")

    async def close(self) -> None:
        """Nothing is open."""

    async def attempt(self, request: Request) -> Reply:
        self.prompts.append(request.prompt)
        stated: Any = {"finish_reason": "stop_sequence", "input_tokens": 9, "output_tokens": 3}
        return Reply("answered", "http://127.0.0.1:18080", "tgi", await self.info(), 1, 2, text=ANSWER, **stated)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


def _order() -> bytes:
    """A recorded order, with a note of a shopper's own."""
    recorded = next(one for one in deliveries() if one.topic == "order.created")
    return json.dumps({**json.loads(recorded.body), "customer_note": NOTE}).encode()


def _redact(detector: Detector) -> RedactStage:
    shops, policy = {"demo": Shop("demo", "NL", "http://demo.test/", ())}, residency()
    publisher = Publisher(shops, policy, Redactor(load_policy(), KEYS, detector), Keeper(KEYS), GATE, CODEC)
    waits = Waits(Pace(), timedelta(hours=1))
    return RedactStage(CODEC, publisher, Violations(shops, policy, KEYS, CODEC), waits)


def _read(outputs: Sequence[Output], topic: str) -> Message:
    """The one record of a topic as the next stage reads it."""
    (found,) = [output for output in outputs if output.topic == topic]
    return Message(topic, 0, next(_OFFSETS), found.key, found.value, now(), found.headers)


_OFFSETS = count()


async def _whole_way(shops_file: Path, detector: Detector, model: Model) -> None:
    answers: list[Output] = []

    async def deliver(outputs: Sequence[Output]) -> None:
        answers.extend(stamped(outputs))  # as the outbox does

    recording = Recording(CODEC, "policy")
    asking = Asking(model, recording, AnswerCache(0))
    stage = EnrichStage("eu", Lane("enrich", (NOTE_INTENT,), 4), asking, recording, GATE, deliver)
    async with standing(shops_file) as stand:
        assert (await stand.post(_order(), "order.created"))[0] == 200
    redact: Any = traced(_redact(detector))
    enrich: Any = traced(stage)
    state = Attempt(Overlay({}))
    told = await redact.process(_read(stand.broker.kept, WOO_DELIVERIES), state)
    await enrich.process(_read(told, commerce_events("eu")), state)
    with landing([_read(answers, MODEL_CALLS)]):
        pass


async def _spans(shops_file: Path, detector: Detector, exported: InMemorySpanExporter) -> tuple[ReadableSpan, ...]:
    model = Model()
    await _whole_way(shops_file, detector, model)
    assert model.prompts, "a way on which no model is asked proves nothing"
    return exported.get_finished_spans()


@pytest.fixture
def shops_file(tmp_path: Path) -> Path:
    return write_shops(tmp_path, demo=SECRET.decode())


async def test_every_station_is_in_one_trace_and_the_batch_is_linked_to_it(
    shops_file: Path, detector: Detector, exported: InMemorySpanExporter
) -> None:
    spans = {span.name: span for span in await _spans(shops_file, detector, exported)}
    way = ["POST /webhooks/{shop}", "redact woo.deliveries", "enrich-eu commerce.events.eu", "text_completion small"]
    assert list(spans) == [way[0], way[1], way[3], way[2], "land model.calls"]
    parents = [spans[name].parent for name in way]
    told = [ids(spans[name]).span_id for name in way]
    assert [None if parent is None else parent.span_id for parent in parents] == [None, *told[:-1]]
    (link,) = spans["land model.calls"].links
    assert link.context.span_id == told[2]
    assert {ids(spans[name]).trace_id for name in way} == {link.context.trace_id}


async def test_no_span_holds_a_personal_datum_a_prompt_or_an_answer(
    shops_file: Path, detector: Detector, exported: InMemorySpanExporter
) -> None:
    told = "\n".join(span.to_json() for span in await _spans(shops_file, detector, exported))
    recorded = json.loads(_order())
    personal = {
        value
        for address in (recorded["billing"], recorded["shipping"])
        for name, value in address.items()
        if isinstance(value, str) and len(value) > 3 and name not in ("country", "state")
    }
    assert len(personal) > 4
    assert [secret for secret in (*SECRETS, *sorted(personal)) if secret in told] == []
