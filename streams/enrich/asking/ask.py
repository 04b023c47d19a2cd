"""From a question to its answer: attempt, pause and again, repair, result. Every attempt leaves one record."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from streams.clock import now
from streams.delivery.failure import UnavailableError
from streams.enrich.asking import attempting
from streams.enrich.asking.attempting import Call
from streams.enrich.asking.cache import AnswerCache, key_of
from streams.enrich.asking.judging import Judged, judge
from streams.enrich.asking.progress import Progress
from streams.enrich.asking.question import Question
from streams.enrich.client import ModelInfo, Reply, Request
from streams.enrich.client.retry import pause_s
from streams.enrich.records.call import Attempt
from streams.enrich.records.recording import Recording
from streams.metrics import PROMPTS_BY_PATTERNS
from streams.redact.gate import GateVerdict, check

# An answer that is not valid is repaired once, and a prompt that ran out of time is tried once more.
MAX_ANSWERS = 2


class Client(Protocol):
    """What is needed of streams.enrich.client.region.RegionClient, or of streams.enrich.failover.Failover."""

    @property
    def region(self) -> str:
        """Whose servers these are."""

    async def info(self) -> ModelInfo:
        """What the region's server serves."""

    async def attempt(self, request: Request) -> Reply:
        """One attempt."""

    async def close(self) -> None:
        """Let go of the connections."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How time passes and chance falls; given, so that tests need not wait."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    chance: random.Random = field(default_factory=random.SystemRandom)
    longest_attempt_s: float = 60.0
    """Of one attempt, where the question's deadline is later."""


class Asking:
    """Asks one region's model."""

    def __init__(self, client: Client, recording: Recording, cache: AnswerCache, pace: Pace | None = None) -> None:
        self._client = client
        self._recording = recording
        self._cache = cache
        self._pace = pace or Pace()

    async def ask(self, question: Question, progress: Progress) -> None:
        """Bring the question to its end; what is to be written is left in `progress.unwritten`.

        UnavailableError while the region's servers are away, or have no room for a batch task within its deadline:
        the event waits, and the question goes on where it stands.
        """
        task = question.task
        if attempting.too_old(question, now()):
            self._recording.skip(question, progress)
            return
        ends, model = self._pace.clock() + task.deadline_s, await self._client.info()
        last: Attempt | None = None
        for step in task.steps:
            if step.name in progress.values:
                continue
            last, judged = await self._answered(Call(question, step, model, ends), progress)
            if judged.value is None:
                self._recording.close(question, last, None, progress)
                return
            progress.values[step.name] = judged.value
        if last is None:
            raise AssertionError("a question whose steps are all answered is closed")
        self._recording.close(question, last, task.concluded(question.source, progress.values), progress)

    async def _answered(self, call: Call, progress: Progress) -> tuple[Attempt, Judged]:
        """The last attempt at a step, and what came of it: a value, or none for good."""
        own = progress.of(call.step.name)
        while True:
            own.attempts += 1
            attempt = self._attempt(call, progress)
            verdict = self._gate(call, attempt, progress)
            attempt, reply, judged = await self._judged(call, attempt, verdict)
            own.answers += reply.outcome in ("invalid_answer", "timeout")
            self._recording.call(attempt, reply, verdict, judged.gate, progress)
            if judged.value is not None or own.answers >= MAX_ANSWERS or not verdict.passed:
                return attempt, judged
            if reply.outcome == "invalid_answer":
                own.wrong = judged.wrong
            elif attempting.too_long(reply) and progress.most_characters is None:
                progress.most_characters = len(attempting.shown(call, progress).text) // 2
            elif not reply.may_pass or not await self._paused(call, own.attempts):
                return attempt, judged

    def _attempt(self, call: Call, progress: Progress) -> Attempt:
        own, shown = progress.of(call.step.name), attempting.shown(call, progress)
        return self._recording.attempt(
            call,
            number=own.attempts,
            prompt=call.step.prompt(call.question.source, shown.text, own.wrong),
            parameters=call.step.parameters(2 if own.wrong else 1),
            prompt_cut=shown.left_out,
            cache="miss" if self._cache.on else "off",
        )

    def _gate(self, call: Call, attempt: Attempt, progress: Progress) -> GateVerdict:
        question = call.question
        if question.known is None and attempt.number == 1 and call.step is question.task.steps[0]:
            PROMPTS_BY_PATTERNS.labels(question.task.name).inc()
        told = attempting.shown(call, progress).text
        return check(attempt.prompt, told=told, known=question.known, country=question.event["country"])

    async def _judged(self, call: Call, attempt: Attempt, verdict: GateVerdict) -> tuple[Attempt, Reply, Judged]:
        nothing = Judged(None, "none")
        if not verdict.passed:
            return attempt, attempting.blocked(attempt, verdict), nothing
        if (left := call.ends - self._pace.clock()) <= 0:
            return attempt, Reply.unsent("timeout", "tgi", "task_deadline"), nothing
        key = key_of(self._client.region, call.question.task, attempt)
        reply = self._cache.get(key)
        if reply is not None:
            attempt = replace(attempt, cache="hit")
        else:
            reply = await self._sent(call, attempt, left)
        attempt = replace(attempt, endpoint=reply.endpoint, model=reply.model or attempt.model)
        if reply.text is None:
            return attempt, reply, nothing
        question = call.question
        judged = judge(call.step, question.source, reply.text, question.known, question.event["country"])
        if judged.value is None:
            return attempt, replace(reply, outcome="invalid_answer", error_type=judged.error), judged
        self._cache.put(key, reply)
        return attempt, reply, judged

    async def _sent(self, call: Call, attempt: Attempt, left_s: float) -> Reply:
        longest = self._pace.longest_attempt_s
        request = Request(attempt.prompt, attempt.parameters, call.question.task.lane, min(left_s, longest))
        return await self._client.attempt(request)

    async def _paused(self, call: Call, attempts: int) -> bool:
        """Whether there is time for another attempt; waited for it, then. A batch task's event waits in Kafka."""
        pause = pause_s(attempts, self._pace.chance)
        if self._pace.clock() + pause < call.ends:
            await self._pace.sleep(pause)
            return True
        if call.question.task.lane == "batch":
            raise UnavailableError(f"a model server of {self._client.region} with room for batch tasks")
        return False
