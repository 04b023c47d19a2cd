"""The tracer of this process, and a trace's way through the headers of records: W3C Trace Context, as bytes.

https://www.w3.org/TR/trace-context/
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from opentelemetry.context import Context
from opentelemetry.trace import SpanContext, Status, StatusCode, Tracer, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from streams.delivery.message import Headers, Output
from topics.catalogue import DEAD_LETTER_SUFFIX

TRACEPARENT: Final = "traceparent"
_HEADERS: Final = (TRACEPARENT, "tracestate")
_PROPAGATOR: Final = TraceContextTextMapPropagator()


class _Process:
    """What is traced with; None while tracing is off."""

    tracer: Tracer | None = None


def tracer() -> Tracer | None:
    """The tracer, or None while tracing is off."""
    return _Process.tracer


@contextmanager
def tracing_with(used: Tracer) -> Iterator[None]:
    """Trace with `used` while the block runs."""
    before, _Process.tracer = _Process.tracer, used
    try:
        yield
    finally:
        _Process.tracer = before


def parent(headers: Headers) -> Context:
    """The context that a record's headers carry: the parent of a span about it. Empty where they carry none."""
    carried = {name: value.decode("ascii", errors="replace") for name, value in headers if name in _HEADERS and value}
    return _PROPAGATOR.extract(carried, context=Context())


def span_of(headers: Headers) -> SpanContext | None:
    """The span that a record was written under; None where its headers name none."""
    found = get_current_span(parent(headers)).get_span_context()
    return found if found.is_valid else None


def stamped(outputs: Sequence[Output]) -> Sequence[Output]:
    """The records with the current span in their headers; the very same ones while tracing is off or outside a span.

    A record that carries a trace keeps its own, and a dead letter has the headers that its record came with.
    """
    if _Process.tracer is None or not get_current_span().get_span_context().is_valid:
        return outputs
    carried: dict[str, str] = {}
    _PROPAGATOR.inject(carried)
    headers = tuple((name, value.encode("ascii")) for name, value in carried.items())
    return [_stamp(output, headers) for output in outputs]


def _stamp(output: Output, headers: Headers) -> Output:
    if output.topic.endswith(DEAD_LETTER_SUFFIX) or any(name == TRACEPARENT for name, _ in output.headers):
        return output
    return replace(output, headers=(*output.headers, *headers))


def fail(error: BaseException) -> None:
    """Mark the current span as failed by an error, whose type alone is told: its text may quote a record."""
    span = get_current_span()
    span.set_attribute("error.type", type(error).__name__)
    span.set_status(Status(StatusCode.ERROR))
