"""A region's client that answers as it is told, and a stage around it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from avro_schemas.codec import Codec
from avro_schemas.records import CommerceEvent
from streams.clock import now
from streams.delivery.failure import UnavailableError
from streams.delivery.message import Headers, Message, Output
from streams.delivery.state import Attempt, Overlay, State
from streams.enrich.asking.ask import Asking, Pace
from streams.enrich.asking.cache import AnswerCache
from streams.enrich.client import ModelInfo, Reply, Request
from streams.enrich.lanes import Lane
from streams.enrich.records.recording import Recording
from streams.enrich.stage import EnrichStage
from streams.enrich.tasks import TASKS
from streams.enrich.tasks.task import Task
from streams.redact.known_header import KnownHeader
from streams.redact.pseudonym import RegionKeys
from streams.redact.values import KnownValue
from topics.names import MODEL_CALLS, PRIVACY_REQUESTS, enrichment_results

CODEC = Codec({"commerce_event": 1, "model_call": 2, "enrichment_result": 3, "privacy_request": 4}, lambda _: "")
KNOWN = KnownHeader(RegionKeys({"eu": b"\x01" * 32}))
TOLD = KNOWN.write("eu", "e1", [KnownValue("Anouk van der Meulen", "person")], "NL")
INFO = ModelInfo("small", "sha", max_input_tokens=2047)


def answered(text: str) -> Reply:
    return Reply(
        "answered",
        "http://model",
        "tgi",
        INFO,
        1,
        2,
        text=text,
        finish_reason="eos_token",
        input_tokens=9,
        output_tokens=3,
    )


def failed(outcome: Any, error_type: str, *, may_pass: bool) -> Reply:
    return Reply(outcome, "http://model", "tgi", INFO, 1, 2, error_type=error_type, may_pass=may_pass)


BUSY = failed("overloaded", "overloaded", may_pass=True)
TIMEOUT = failed("timeout", "timeout", may_pass=True)


@dataclass
class Clock:
    """Time that passes when somebody waits."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds


class Model:
    """A region's servers: one reply a call; an error instead of a reply is raised."""

    region = "eu"

    def __init__(self, *replies: Reply | Exception, clock: Clock | None = None, takes_s: float = 0.0) -> None:
        self.replies = list(replies)
        self.requests: list[Request] = []
        self._clock = clock or Clock()
        self._takes_s = takes_s

    @property
    def prompts(self) -> list[str]:
        return [request.prompt for request in self.requests]

    async def info(self) -> ModelInfo:
        return INFO

    async def close(self) -> None:
        """Nothing is open."""

    async def attempt(self, request: Request) -> Reply:
        self.requests.append(request)
        self._clock.at += self._takes_s
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


@dataclass
class Stand:
    """A stage with its model, and everything it wrote."""

    model: Model
    tasks: tuple[Task, ...] = TASKS
    cache: AnswerCache = field(default_factory=lambda: AnswerCache(0))
    clock: Clock = field(default_factory=Clock)
    table: dict[str, State] | None = None
    written: list[Output] = field(default_factory=list)

    def __post_init__(self) -> None:
        recording = Recording(CODEC, "policy")
        pace = Pace(self.clock, self.clock.sleep, random.Random(1))
        asking = Asking(self.model, recording, self.cache, pace)
        lane = Lane("enrich", self.tasks, 4)
        self.stage = EnrichStage("eu", lane, asking, recording, KNOWN, self._deliver)

    async def _deliver(self, outputs: Sequence[Output]) -> None:
        self.written.extend(outputs)

    async def once(self, event: CommerceEvent, headers: Headers = TOLD, message: Message | None = None) -> None:
        """Process an event, as the delivery layer would once."""
        record = CODEC.encode("commerce_event", event)
        message = message or Message("commerce.events.eu", 0, 5, None, record, now(), headers)
        overlay = Overlay(self.table if self.table is not None else {})
        attempt = Attempt(overlay)
        try:
            outputs = await self.stage.process(replace(message, value=record), attempt)
        except UnavailableError:
            attempt.take_back()
            raise
        assert not outputs, "what is known is written at once"
        if self.table is not None:
            self.table.update({key: state for key, state in overlay.changed.items() if state is not None})

    async def patiently(self, event: CommerceEvent, headers: Headers = TOLD) -> list[Output]:
        """Process an event again for as long as the model is away."""
        while True:
            try:
                await self.once(event, headers)
            except UnavailableError:
                continue
            return self.written

    @property
    def calls(self) -> list[Any]:
        return [CODEC.decode("model_call", out.value) for out in self.written if out.topic == MODEL_CALLS]

    @property
    def results(self) -> list[Any]:
        mine = enrichment_results("eu")
        return [CODEC.decode("enrichment_result", out.value) for out in self.written if out.topic == mine]

    @property
    def result(self) -> Any:
        (only,) = self.results
        return only

    @property
    def requests(self) -> list[Any]:
        return [CODEC.decode("privacy_request", out.value) for out in self.written if out.topic == PRIVACY_REQUESTS]
