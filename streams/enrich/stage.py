"""The enrich stage: commerce events in; answers and one record per attempt out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from avro_schemas.codec import Codec, WireError
from avro_schemas.records import CommerceEvent
from streams.clock import now
from streams.delivery.failure import UnavailableError
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import StateView
from streams.enrich import notes
from streams.enrich.client import ModelClient, Reply
from streams.enrich.progress import Progress, Register
from streams.enrich.question import Question
from streams.enrich.record import Answer, Attempt
from streams.enrich.tasks.task import Task
from streams.log import logger
from streams.metrics import IGNORED, MODEL_CALLS, MODEL_SECONDS, PROMPTS_BLOCKED, PROMPTS_BY_PATTERNS
from streams.redact.blinding import Blinded
from streams.redact.gate import GateVerdict, check
from streams.redact.known_header import KnownHeader, KnownHeaderError
from topics.names import MODEL_CALLS as MODEL_CALLS_TOPIC
from topics.names import consumer_group, enrichment_results

_log = logger("enrich")
# An answer that is not valid is asked for once more; then it stays unanswered.
MAX_ANSWERS = 2

Deliver = Callable[[Sequence[Output]], Awaitable[object]]


class EnrichStage:
    """Asks the tasks that fit an event, of the model of the event's own region and of no other."""

    def __init__(  # noqa: PLR0913, PLR0917  # put together in streams.enrich.agent alone
        self,
        client: ModelClient,
        codec: Codec,
        tasks: Sequence[Task],
        deliver: Deliver,
        known: KnownHeader,
        concurrency: int,
    ) -> None:
        """`deliver` writes the record of a failed attempt at once, since the input stays unacknowledged meanwhile."""
        self.name = f"enrich-{client.region}"
        self.group = consumer_group("enrich")
        self.concurrency = concurrency
        # Every call has a deadline of its own: this one is for what nobody thought of.
        self.deadline_s = MAX_ANSWERS * len(tasks) * client.deadline_s + 60.0
        self._client = client
        self._codec = codec
        self._tasks = tasks
        self._deliver = deliver
        self._known = known
        self._register = Register()

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
        event = self._read(message)
        outputs: list[Output] = []
        for task in self._tasks:
            text = task.text_of(event)
            if text is None:
                continue
            question = Question(message, event, task, text, self._known_of(message, event))
            if not notes.take_up(event, task, text, state):
                IGNORED.labels(self.name, "note_already_read").inc()
                continue
            outputs += await self._ask(question)
        self._register.close(event["event_id"])
        return outputs

    def _read(self, message: Message) -> CommerceEvent:
        try:
            event: CommerceEvent = self._codec.decode("commerce_event", message.value)
        except WireError as error:
            raise RefusedError(
                f"codec: {error}", "see which producer wrote it; replay when mended", WireError
            ) from None
        if event["region"] != self._client.region:
            raise RefusedError(
                f"residency: an event of another region among those of {self._client.region}",
                "see which producer wrote it there; it must not reach this region's model",
            )
        return event

    def _known_of(self, message: Message, event: CommerceEvent) -> Blinded | None:
        try:
            return self._known.read(self._client.region, event["event_id"], message.headers)
        except KnownHeaderError as error:
            raise RefusedError("gate: what is known of the subject cannot be read", str(error), type(error)) from None

    async def _ask(self, question: Question) -> list[Output]:
        progress = self._register.of(question.event["event_id"], question.task.name)
        if progress.outputs is None:
            progress.outputs = await self._answer(question, progress)
        return progress.outputs

    async def _answer(self, question: Question, progress: Progress) -> list[Output]:
        task, event = question.task, question.event
        told = task.shown(question.text)
        verdict = check(question.prompt, told=told, known=question.known, country=event["country"])
        outputs: list[Output] = []
        while True:
            attempt = await self._next_attempt(question, progress)
            if question.known is None and attempt.number == 1:
                PROMPTS_BY_PATTERNS.labels(task.name).inc()
            reply, label = await self._attempt(attempt, verdict)
            progress.attempts = attempt.number
            progress.answers += reply.outcome in ("invalid_answer", "timeout")
            MODEL_CALLS.labels(task.name, event["region"], reply.outcome).inc()
            outputs.append(self._call(attempt, reply, verdict))
            if label is not None or not verdict.passed or progress.answers >= MAX_ANSWERS or not _again(reply):
                return [*outputs, self._result(attempt, label)]
            if reply.outcome != "invalid_answer":
                await self._deliver(outputs)
                raise UnavailableError(f"the model server of {self._client.region}")

    async def _next_attempt(self, question: Question, progress: Progress) -> Attempt:
        return Attempt(
            question.message,
            question.event,
            question.task,
            progress.attempts + 1,
            self._client.url,
            await self._client.info(),
            question.prompt,
            question.task.parameters(progress.answers + 1),
            now(),
        )

    async def _attempt(self, attempt: Attempt, verdict: GateVerdict) -> tuple[Reply, str | None]:
        if not verdict.passed:
            return _blocked(attempt, verdict), None
        with MODEL_SECONDS.labels(attempt.task.name, self._client.region).time():
            reply = await self._client.generate(attempt.prompt, attempt.parameters)
        label = attempt.task.parse(reply.text) if reply.text is not None else None
        if reply.outcome == "answered" and label is None:
            reply = replace(reply, outcome="invalid_answer")
        return reply, label

    def _call(self, attempt: Attempt, reply: Reply, verdict: GateVerdict) -> Output:
        record = self._codec.encode("model_call", attempt.call(reply, "passed" if verdict.passed else "blocked"))
        return Output(MODEL_CALLS_TOPIC, attempt.call_id.encode(), record)

    def _result(self, attempt: Attempt, label: str | None) -> Output:
        event = attempt.event
        answer = None if label is None else Answer(label, {"label": label})
        record = self._codec.encode("enrichment_result", attempt.result(answer, now()))
        return Output(enrichment_results(event["region"]), event["event_id"].encode(), record)


def _blocked(attempt: Attempt, verdict: GateVerdict) -> Reply:
    about = {"event_id": attempt.event["event_id"], "task": attempt.task.name, "rules": verdict.entity_types}
    _log.warning("the gate stopped a prompt", extra=about)
    for rule in verdict.entity_types:
        PROMPTS_BLOCKED.labels(attempt.task.name, rule).inc()
    return Reply("blocked", 0, 0, error_type=f"personal_data_in_prompt: {', '.join(verdict.entity_types)}")


def _again(reply: Reply) -> bool:
    return reply.may_pass or reply.outcome == "invalid_answer"
