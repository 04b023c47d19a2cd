"""Tracing switched on, with what was exported in memory."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from streams.tracing.context import tracing_with


@pytest.fixture
def exported() -> Iterator[InMemorySpanExporter]:
    """The spans of the test, each as soon as it has ended."""
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with tracing_with(provider.get_tracer("test")):
        yield exporter
    provider.shutdown()
