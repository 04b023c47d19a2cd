"""One call from request to answer: validation, admission, turn, engine, times and metrics."""

import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field

from infra.local.model.domain import Answer, GeneratedToken, Job, Parameters, Piece
from infra.local.model.engine import Engine
from infra.local.model.errors import IncompleteGenerationError, InferError, RequestInvalidError
from infra.local.model.metrics import Metrics
from infra.local.model.scheduler import Scheduler
from infra.local.model.settings import Settings
from infra.local.model.validation import check_inputs, new_tokens_allowed, validate_parameters
from infra.local.model.wire.generate import GenerateParameters


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds per phase of one call."""

    validation: float
    queue: float
    inference: float

    @property
    def total(self) -> float:
        """From the call's arrival to its last token."""
        return self.validation + self.queue + self.inference


@dataclass(frozen=True, slots=True)
class Generated:
    """A finished call."""

    answer: Answer
    prompt: tuple[Piece, ...] = field(repr=False)
    seed: int | None
    timings: Timings


@dataclass(frozen=True, slots=True)
class StreamStep:
    """One token of a stream; `done` stands in the last one."""

    token: GeneratedToken
    done: Generated | None = None


class Generator:
    """Generates for all routes alike."""

    def __init__(self, engine: Engine, settings: Settings, metrics: Metrics) -> None:
        self._engine = engine
        self._settings = settings
        self._metrics = metrics
        self._scheduler = Scheduler(
            max_concurrent=settings.max_concurrent_requests, parallel=settings.parallel, metrics=metrics
        )

    async def generate(self, inputs: str, parameters: GenerateParameters) -> Generated:
        """Generate a whole answer. Raises `InferError`."""
        with self._counted(), self._scheduler.admission():
            arrived = time.monotonic()
            job, prompt = await self._prepare(inputs, parameters, streamed=False)
            validated = time.monotonic()
            async with self._scheduler.slot():
                began = time.monotonic()
                answer = await self._engine.answer(job)
            return self._finish(answer, job, prompt, (arrived, validated, began))

    async def stream(self, inputs: str, parameters: GenerateParameters) -> AsyncGenerator[StreamStep, None]:
        """Generate token by token. Raises `InferError`, also between tokens."""
        with self._counted(), self._scheduler.admission():
            arrived = time.monotonic()
            job, prompt = await self._prepare(inputs, parameters, streamed=True)
            validated = time.monotonic()
            async with self._scheduler.slot(), aclosing(self._engine.stream(job)) as tokens:
                began = time.monotonic()
                last: GeneratedToken | None = None
                async for step in tokens:
                    if isinstance(step, Answer):
                        if last is None:
                            raise IncompleteGenerationError
                        yield StreamStep(last, self._finish(step, job, prompt, (arrived, validated, began)))
                        return
                    if last is not None:
                        yield StreamStep(last)
                    last = step
            raise IncompleteGenerationError

    async def _prepare(
        self, inputs: str, given: GenerateParameters, *, streamed: bool
    ) -> tuple[Job, tuple[Piece, ...]]:
        limits = self._settings
        check_inputs(inputs)
        parameters = validate_parameters(given, max_input_tokens=limits.max_input_tokens, streamed=streamed)
        prompt = await self._engine.tokenize(inputs)
        if parameters.truncate is not None:
            prompt = prompt[-parameters.truncate :]
        allowed = new_tokens_allowed(len(prompt), given.max_new_tokens, max_total_tokens=limits.max_total_tokens)
        await self._check_grammar(parameters)
        self._metrics.started(input_tokens=len(prompt), max_new_tokens=allowed)
        return Job(tuple(piece.id for piece in prompt), allowed, parameters), prompt

    async def _check_grammar(self, parameters: Parameters) -> None:
        rule = parameters.grammar
        if rule is not None and not await self._engine.accepts_grammar(rule):
            raise RequestInvalidError(
                "grammar is not valid: the engine (LLGuidance) cannot compile it. Regular expressions have no "
                "look-around and no back-references; schemas have no remote references and no empty enum"
            )

    def _finish(
        self, answer: Answer, job: Job, prompt: tuple[Piece, ...], times: tuple[float, float, float]
    ) -> Generated:
        arrived, validated, began = times
        timings = Timings(validated - arrived, began - validated, time.monotonic() - began)
        metrics = self._metrics
        metrics.inferred(answer)
        metrics.successes.inc()
        metrics.duration.observe(timings.total)
        metrics.validation.observe(timings.validation)
        metrics.queue.observe(timings.queue)
        metrics.inference.observe(timings.inference)
        metrics.per_token.observe(timings.inference / max(1, answer.generated_tokens))
        metrics.generated_tokens.observe(answer.generated_tokens)
        return Generated(answer, prompt, job.parameters.sampling.seed, timings)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._metrics.requests.inc()
        try:
            yield
        except InferError as error:
            self._metrics.failures.labels(error.metric).inc()
            raise
