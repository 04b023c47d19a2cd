"""A batch that lands is linked to the spans that its records were written under, each once."""

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from streams.delivery.message import Message, Output
from streams.tracing.context import stamped, tracer
from streams.tracing.landing import landing
from tests.unit.delivery.stand import AT, messages
from tests.unit.tracing.ids import ids


def _written(count: int, each: int = 1) -> list[Message]:
    """Records under `count` spans, `each` under every one."""
    used, found = tracer(), []
    assert used is not None
    for number in range(count):
        with used.start_as_current_span(f"work {number}"):
            found += [(output.value, output.headers) for output in stamped([Output("t", None, b"v")] * each)]
    return [Message("t", 0, at, None, value, AT, headers) for at, (value, headers) in enumerate(found)]


def test_while_tracing_is_off_a_batch_is_no_span() -> None:
    with landing(messages(b"a")):
        pass


def test_a_batch_is_linked_to_every_trace_in_it_once(exported: InMemorySpanExporter) -> None:
    batch = _written(3, each=2)
    with landing([*batch, *messages(b"untraced")]):
        pass
    *before, span = exported.get_finished_spans()
    assert span.parent is None
    assert {link.context.span_id for link in span.links} == {ids(one).span_id for one in before}
    attributes = dict(span.attributes or {})
    assert (attributes["messaging.batch.message_count"], attributes["inland.traced_messages"]) == (7, 3)
    assert (attributes["inland.first_offset"], attributes["messaging.destination.name"]) == (0, "t")


def test_a_batch_that_fails_says_so_by_the_errors_type(exported: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="secret"), landing(messages(b"a")):
        raise ValueError("the secret of the record")
    (span,) = exported.get_finished_spans()
    assert dict(span.attributes or {})["error.type"] == "ValueError"
    assert "secret" not in span.to_json()
