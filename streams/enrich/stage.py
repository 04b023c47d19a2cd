"""The enrich stage: commerce events in; answers and one record per attempt out."""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from avro_schemas.codec import Codec, WireError
from avro_schemas.records import CommerceEvent, GateVerdict
from streams.clock import now
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import StateView
from streams.enrich.client import ModelClient, Reply
from streams.enrich.record import Attempt
from streams.enrich.tasks.task import Task
from streams.log import logger
from streams.metrics import IGNORED, MODEL_CALLS, MODEL_SECONDS
from streams.redact.gate import check
from topics.names import MODEL_CALLS as MODEL_CALLS_TOPIC
from topics.names import consumer_group, enrichment_results

_log = logger("enrich")
# An answer that is not valid is asked for once more; then it stays unanswered.
MAX_ANSWERS = 2
_MAX_PAUSE_S = 5.0
_REMEMBERED_NOTES = 50_000

Deliver = Callable[[Sequence[Output]], Awaitable[object]]


class EnrichStage:
    """Asks the tasks that fit an event, of the model of the event's own region and of no other."""

    def __init__(
        self, client: ModelClient, codec: Codec, tasks: Sequence[Task], deliver: Deliver, concurrency: int
    ) -> None:
        """`deliver` writes the record of a failed attempt at once, since the input stays unacknowledged meanwhile."""
        self.name = f"enrich-{client.region}"
        self.group = consumer_group("enrich")
        self.concurrency = concurrency
        # The endpoint may be down for long: the event waits here, in its own region, then the stage stops and the
        # event waits in Kafka.
        self.deadline_s = 600.0
        self._client = client
        self._codec = codec
        self._tasks = tasks
        self._deliver = deliver
        self._read: OrderedDict[tuple[str, int, str, str], None] = OrderedDict()

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
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
        outputs: list[Output] = []
        for task in self._tasks:
            text = task.text_of(event)
            if text is None or self._has_read(event, task, text):
                continue
            outputs += await self._ask(message, event, task, text)
        return outputs

    def _has_read(self, event: CommerceEvent, task: Task, text: str) -> bool:
        """An order is told anew with each change of status; its note is read once."""
        if event["entity"] != "order":
            return False
        key = (event["shop_id"], event["entity_id"], task.name, text)
        if key in self._read:
            IGNORED.labels(self.name, "note_already_read").inc()
            return True
        self._read[key] = None
        if len(self._read) > _REMEMBERED_NOTES:
            self._read.popitem(last=False)
        return False

    async def _ask(self, message: Message, event: CommerceEvent, task: Task, text: str) -> list[Output]:
        prompt = task.prompt(text)
        verdict: GateVerdict = "passed" if check(text).passed else "blocked"
        outputs: list[Output] = []
        answers = number = 0
        while True:
            number += 1
            attempt = Attempt(
                message,
                event,
                task,
                number,
                self._client.url,
                await self._client.info(),
                prompt,
                task.parameters(answers + 1),
                now(),
            )
            reply, label = await self._attempt(attempt, verdict)
            MODEL_CALLS.labels(task.name, event["region"], reply.outcome).inc()
            outputs.append(self._call(attempt, reply, verdict))
            answers += reply.outcome in ("invalid_answer", "timeout")
            if label is not None or verdict == "blocked" or answers >= MAX_ANSWERS or not _again(reply):
                return [*outputs, self._result(attempt, label)]
            if reply.outcome != "invalid_answer":
                await self._deliver(outputs)
                outputs.clear()
                await asyncio.sleep(min(_MAX_PAUSE_S, 0.2 * 2 ** min(number, 6)) * random.uniform(0.5, 1.0))  # noqa: S311

    async def _attempt(self, attempt: Attempt, verdict: GateVerdict) -> tuple[Reply, str | None]:
        if verdict == "blocked":
            _log.warning(
                "the gate stopped a prompt", extra={"event_id": attempt.event["event_id"], "task": attempt.task.name}
            )
            return Reply("blocked", 0, 0, error_type="personal_data_in_prompt"), None
        with MODEL_SECONDS.labels(attempt.task.name, self._client.region).time():
            reply = await self._client.generate(attempt.prompt, attempt.parameters)
        label = attempt.task.parse(reply.text) if reply.text is not None else None
        if reply.outcome == "answered" and label is None:
            reply = replace(reply, outcome="invalid_answer")
        return reply, label

    def _call(self, attempt: Attempt, reply: Reply, verdict: GateVerdict) -> Output:
        record = self._codec.encode("model_call", attempt.call(reply, verdict))
        return Output(MODEL_CALLS_TOPIC, attempt.call_id.encode(), record)

    def _result(self, attempt: Attempt, label: str | None) -> Output:
        event = attempt.event
        record = self._codec.encode("enrichment_result", attempt.result(label, now()))
        return Output(enrichment_results(event["region"]), event["event_id"].encode(), record)


def _again(reply: Reply) -> bool:
    return reply.may_pass or reply.outcome == "invalid_answer"
