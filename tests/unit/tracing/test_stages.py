"""A stage does the same under spans as without them, and its spans tell of failures no more than their type."""

from collections.abc import Sequence

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode, get_current_span

from streams.delivery.message import Message, Output
from streams.delivery.stage import WakingStage
from streams.delivery.state import Stateless, StateView
from streams.tracing.context import TRACEPARENT, span_of, stamped, tracer
from streams.tracing.stages import TracedStage, traced
from tests.unit.delivery.stand import AT, Echo, message
from tests.unit.tracing.ids import ids


class Alarm(Echo):
    """Writes what its timers say, or fails with it."""

    async def wake(self, key: str, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.WakingStage."""
        if key == "broken":
            raise ZeroDivisionError("the secret of the record")
        return [Output("out", key.encode(), b"rang")]


def _under_a_span(value: bytes) -> tuple[Message, int]:
    """A message, and the trace that it was written under."""
    used = tracer()
    assert used is not None
    with used.start_as_current_span("before"):
        (output,) = stamped([Output("some.topic", b"key", value)])
        trace = get_current_span().get_span_context().trace_id
    return Message("some.topic", 1, 7, b"key", value, AT, output.headers), trace


def test_while_tracing_is_off_nothing_stands_around_a_stage() -> None:
    stage = Echo()
    assert traced(stage) is stage


async def test_a_message_is_a_child_of_the_span_it_was_written_under_and_the_parent_of_what_follows(
    exported: InMemorySpanExporter,
) -> None:
    given, trace = _under_a_span(b"v")
    (output,) = await traced(Echo()).process(given, Stateless())
    before, span = exported.get_finished_spans()
    assert (span.name, ids(span).trace_id) == ("echo some.topic", trace)
    assert span.parent is not None
    assert span.parent.span_id == ids(before).span_id
    written_under = span_of(output.headers)
    assert written_under is not None
    assert written_under.span_id == ids(span).span_id
    assert dict(span.attributes or {}) == {
        "messaging.system": "kafka",
        "messaging.operation.type": "process",
        "messaging.destination.name": "some.topic",
        "messaging.destination.partition.id": "1",
        "messaging.kafka.offset": 7,
        "messaging.consumer.group.name": "inland-echo",
    }


async def test_a_message_that_carries_no_trace_begins_one(exported: InMemorySpanExporter) -> None:
    await traced(Echo()).process(message(0), Stateless())
    (span,) = exported.get_finished_spans()
    assert span.parent is None


@pytest.mark.parametrize(("value", "error"), [(b"poison", "RefusedError"), (b"broken", "ZeroDivisionError")])
async def test_a_failure_is_told_by_its_type_alone_and_passed_on(
    exported: InMemorySpanExporter, value: bytes, error: str
) -> None:
    with pytest.raises(Exception, match=r"poison|secret"):
        await traced(Echo()).process(message(0, value), Stateless())
    (span,) = exported.get_finished_spans()
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, None)
    assert dict(span.attributes or {})["error.type"] == error
    assert span.events == ()
    assert "secret" not in span.to_json()


async def test_a_stage_keeps_what_delivery_asks_of_it(exported: InMemorySpanExporter) -> None:
    around = traced(Alarm(concurrency=3))
    assert isinstance(around, WakingStage)
    assert (around.name, around.group, around.concurrency, around.deadline_s) == ("echo", "inland-echo", 3, 0.05)
    plain = traced(Echo())
    assert isinstance(plain, TracedStage)
    assert not isinstance(plain, WakingStage)


async def test_a_timer_is_a_trace_of_its_own(exported: InMemorySpanExporter) -> None:
    around = traced(Alarm())
    assert isinstance(around, WakingStage)
    state = Stateless()
    (output,) = await around.wake("demo/order/7", state)
    assert [name for name, _ in output.headers] == [TRACEPARENT]
    with pytest.raises(ZeroDivisionError):
        await around.wake("broken", state)
    rang, broke = exported.get_finished_spans()
    assert ids(rang).trace_id != ids(broke).trace_id
    assert "secret" not in broke.to_json()
    assert "demo/order/7" not in rang.to_json()
