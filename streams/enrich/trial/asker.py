"""One text through the worker's own path: redaction, gate, prompt, model, repair, rules. Nothing is kept."""

import time
from dataclasses import dataclass, field, replace
from typing import Any

from avro_schemas.codec import Codec
from avro_schemas.records import CommerceEvent, EnrichmentResult, ModelCall
from streams.clock import now
from streams.delivery.message import Message
from streams.enrich.asking.ask import Asking, Client, Pace
from streams.enrich.asking.cache import AnswerCache
from streams.enrich.asking.progress import Progress
from streams.enrich.asking.question import Question
from streams.enrich.records.recording import Recording
from streams.enrich.tasks.reading import of_text
from streams.enrich.tasks.step import Source
from streams.enrich.tasks.task import Task
from streams.enrich.warming import warm
from streams.redact.detect.detector import Detector
from streams.redact.placeholders import Placeholders
from topics.names import MODEL_CALLS, PRIVACY_REQUESTS

_DEADLINE_S = 600.0
_CODEC = Codec({"model_call": 1, "enrichment_result": 2, "privacy_request": 3}, lambda _: "")


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a text. ``requests``: kinds of data-subject request, each with what saw it."""

    redacted: str = field(repr=False)
    result: EnrichmentResult = field(repr=False)
    calls: tuple[ModelCall, ...] = field(repr=False)
    requests: tuple[tuple[str, str], ...]
    seconds: float


class Asker:
    """Asks one task of one region's servers."""

    def __init__(self, task: Task, client: Client, detector: Detector) -> None:
        # A slow machine shall not count as a wrong answer.
        self._task = replace(task, deadline_s=_DEADLINE_S, patience_s=None)
        self._region = client.region
        self._recording = Recording(_CODEC, "")
        self._asking = Asking(client, self._recording, AnswerCache(0), Pace(longest_attempt_s=_DEADLINE_S))
        warm((task,))
        self._detector = detector

    async def ask(self, text: str, language: str | None, country: str | None, number: int = 0) -> Tried:
        """The task's answer to a text. UnavailableError when the server is away."""
        spans = self._detector.detect(text, language=language, country=country)
        redacted = Placeholders((text,)).apply(text, spans)
        source = Source(redacted.strip(), language) if language else of_text(redacted) or Source("")
        question = Question(_message(), _event(self._region, country, number), self._task, source, None)
        progress, began = Progress(), time.monotonic()
        self._recording.raise_by_rule(question, progress)
        await self._asking.ask(question, progress)
        return _tried(redacted, progress, time.monotonic() - began)


def _tried(redacted: str, progress: Progress, seconds: float) -> Tried:
    calls: list[ModelCall] = []
    requests: list[tuple[str, str]] = []
    results: list[EnrichmentResult] = []
    for output in progress.unwritten:
        if output.topic == MODEL_CALLS:
            calls.append(_CODEC.decode("model_call", output.value))
        elif output.topic == PRIVACY_REQUESTS:
            request = _CODEC.decode("privacy_request", output.value)
            requests.append((request["kind"], request["rule"] or request["found_by"]))
        else:
            results.append(_CODEC.decode("enrichment_result", output.value))
    (result,) = results
    return Tried(redacted, result, tuple(calls), tuple(requests), seconds)


def _message() -> Message:
    return Message("commerce.events", 0, 0, None, None, now())


def _event(region: str, country: str | None, number: int) -> CommerceEvent:
    empty: Any = dict.fromkeys(("order", "note", "review", "customer", "product", "coupon", "cart", "option"))
    event: Any = {
        "event_id": f"trial-{number}",
        "event_type": "order_note_added",
        "shop_id": "trial",
        "entity": "order_note",
        "entity_id": number,
        "region": region,
        "country": country,
        "subject": None,
        "captured_at": now(),
        "redacted_at": now(),
        "policy_version": "",
    }
    return {**empty, **event}  # type: ignore[typeddict-item]  # what no record of a trial needs is left out
