"""The enrich stage: commerce events in; answers and one record per attempt out."""

from collections.abc import Awaitable, Callable, Sequence

from avro_schemas.codec import WireError
from avro_schemas.records import CommerceEvent
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import StateView
from streams.enrich import notes
from streams.enrich.asking.ask import Asking
from streams.enrich.asking.progress import Progress, Register
from streams.enrich.asking.question import Question
from streams.enrich.lanes import Lane
from streams.enrich.records.recording import Recording
from streams.metrics import IGNORED
from streams.redact.blinding import Blinded
from streams.redact.known_header import KnownHeader, KnownHeaderError
from topics.names import consumer_group

Deliver = Callable[[Sequence[Output]], Awaitable[object]]


class EnrichStage:
    """Asks the tasks of one lane that fit an event, of the model of the event's own region and of no other."""

    def __init__(  # noqa: PLR0913, PLR0917  # put together in streams.enrich.agent alone
        self, region: str, lane: Lane, asking: Asking, recording: Recording, known: KnownHeader, deliver: Deliver
    ) -> None:
        """`deliver` writes at once what is known: an answer does not wait for the rest of its batch."""
        self.name = f"{lane.role}-{region}"
        self.group = consumer_group(lane.role)
        self.concurrency = lane.concurrency
        # Every question has a deadline of its own: this one is for what nobody thought of.
        self.deadline_s = 2 * sum(task.deadline_s for task in lane.tasks) + 60.0
        self._region = region
        self._tasks = lane.tasks
        self._asking = asking
        self._recording = recording
        self._codec = recording.codec
        self._known = known
        self._deliver = deliver
        self._register = Register()

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage. Nothing is left to write: it was written as soon as it was known."""
        event = self._read(message)
        for task in self._tasks:
            source = task.source_of(event)
            if source is None:
                continue
            question = Question(message, event, task, source, self._known_of(message, event))
            if notes.take_up(event, task, source.text, state):
                await self._answer(question)
            else:
                IGNORED.labels(self.name, "note_already_read").inc()
        self._register.close(event["event_id"])
        return ()

    def _read(self, message: Message) -> CommerceEvent:
        try:
            event: CommerceEvent = self._codec.decode("commerce_event", message.value)
        except WireError as error:
            raise RefusedError(
                f"codec: {error}", "see which producer wrote it; replay when mended", WireError
            ) from None
        if event["region"] != self._region:
            raise RefusedError(
                f"residency: an event of another region among those of {self._region}",
                "see which producer wrote it there; it must not reach this region's model",
            )
        return event

    def _known_of(self, message: Message, event: CommerceEvent) -> Blinded | None:
        try:
            return self._known.read(self._region, event["event_id"], message.headers)
        except KnownHeaderError as error:
            raise RefusedError("gate: what is known of the subject cannot be read", str(error), type(error)) from None

    async def _answer(self, question: Question) -> None:
        progress = self._register.of(question.event["event_id"], question.task.name)
        try:
            self._recording.raise_by_rule(question, progress)
            if progress.raised:
                # What compliance must know waits for no model.
                await self._write(progress)
            if not progress.done:
                await self._asking.ask(question, progress)
        finally:
            await self._write(progress)

    async def _write(self, progress: Progress) -> None:
        if progress.unwritten:
            await self._deliver(progress.unwritten)
            progress.unwritten = []
