"""A stage whose every message is a span: child of the span that its record was written under, parent of its outputs'.

It stands around the stage only while tracing is on.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.trace import SpanKind, Tracer

from streams.delivery.message import Message, Output
from streams.delivery.stage import Stage, WakingStage
from streams.delivery.state import StateView
from streams.tracing.context import fail, parent, stamped, tracer


def traced(stage: Stage) -> Stage:
    """The stage itself while tracing is off; else one that does the same under spans."""
    used = tracer()
    if used is None:
        return stage
    return TracedWakingStage(stage, used) if isinstance(stage, WakingStage) else TracedStage(stage, used)


class TracedStage:
    """See streams.delivery.stage.Stage."""

    def __init__(self, stage: Stage, used: Tracer) -> None:
        self.name = stage.name
        self.group = stage.group
        self.deadline_s = stage.deadline_s
        self.concurrency = stage.concurrency
        self._stage = stage
        self._tracer = used

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
        with self._span(message):
            return stamped(await self._stage.process(message, state))

    @contextmanager
    def _span(self, message: Message) -> Iterator[None]:
        attributes: dict[str, str | int] = {
            "messaging.system": "kafka",
            "messaging.operation.type": "process",
            "messaging.destination.name": message.topic,
            "messaging.destination.partition.id": str(message.partition),
            "messaging.kafka.offset": message.offset,
            "messaging.consumer.group.name": self.group,
        }
        with self._tracer.start_as_current_span(
            f"{self.name} {message.topic}",
            context=parent(message.headers),
            kind=SpanKind.CONSUMER,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ):
            try:
                yield
            except BaseException as error:
                fail(error)
                raise


class TracedWakingStage(TracedStage):
    """See streams.delivery.stage.WakingStage. What a timer leads to is a trace of its own: it may be about many."""

    def __init__(self, stage: WakingStage, used: Tracer) -> None:
        super().__init__(stage, used)
        self._waking = stage

    async def wake(self, key: str, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.WakingStage."""
        with self._tracer.start_as_current_span(
            f"{self.name} timer",
            kind=SpanKind.INTERNAL,
            record_exception=False,
            set_status_on_exception=False,
        ):
            try:
                return stamped(await self._waking.wake(key, state))
            except BaseException as error:
                fail(error)
                raise
