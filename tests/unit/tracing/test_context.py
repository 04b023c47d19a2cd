"""A trace travels in the headers of records, and where there is none nothing is written."""

from contextlib import AbstractContextManager

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Span, get_current_span

from streams.delivery.message import Output
from streams.tracing.context import TRACEPARENT, parent, span_of, stamped, tracer

PLAIN = [Output("commerce.events.eu", b"k", b"v", (("inland.known", b"\x01"),))]


def _started() -> AbstractContextManager[Span]:
    used = tracer()
    assert used is not None
    return used.start_as_current_span("work")


def test_while_tracing_is_off_records_are_left_as_they_are() -> None:
    assert tracer() is None
    assert stamped(PLAIN) is PLAIN


def test_outside_a_span_records_are_left_as_they_are(exported: InMemorySpanExporter) -> None:
    assert stamped(PLAIN) is PLAIN
    assert exported.get_finished_spans() == ()


def test_a_record_carries_the_span_it_was_written_under_behind_its_own_headers(exported: InMemorySpanExporter) -> None:
    with _started():
        here = get_current_span().get_span_context()
        (output,) = stamped(PLAIN)
    assert [name for name, _ in output.headers] == ["inland.known", TRACEPARENT]
    found = span_of(output.headers)
    assert found is not None
    assert (found.trace_id, found.span_id, found.is_remote) == (here.trace_id, here.span_id, True)


def test_a_record_that_carries_a_trace_keeps_it(exported: InMemorySpanExporter) -> None:
    carrying = [Output("t", None, b"v", ((TRACEPARENT, b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01"),))]
    with _started():
        assert list(stamped(carrying)) == carrying


def test_a_dead_letter_has_the_headers_that_its_record_came_with(exported: InMemorySpanExporter) -> None:
    letter = [Output("woo.deliveries.dlq", b"k", b"v", (("inland.dlq.rule", b"r"),))]
    with _started():
        assert list(stamped(letter)) == letter


@pytest.mark.parametrize("broken", [b"", b"00-zz-zz-01", b"\xff\xfe", b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-01"])
def test_a_header_that_cannot_be_read_is_no_trace(broken: bytes) -> None:
    assert span_of(((TRACEPARENT, broken),)) is None
    assert not get_current_span(parent(((TRACEPARENT, broken),))).get_span_context().is_valid
