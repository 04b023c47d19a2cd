"""Switching traces on for a process. They go to a collector at home, and to no other place.

The collector's address is held to what model servers at home are held to (streams.residency), before each export; no
proxy and no redirect leads elsewhere. A collector that is away costs spans, never a message.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any, Final

import requests
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from pydantic import ValidationError

from streams.residency.endpoints import EndpointRefusedError, ModelEndpoint, look_up
from streams.settings import Settings
from streams.tracing.context import tracing_with
from streams.tracing.landing import MAX_LINKS

_PATH: Final = "/v1/traces"
_TIMEOUT_S: Final = 5.0
_LAST_WORDS_S: Final = 2.0
_LONGEST_ATTRIBUTE: Final = 256


class CollectorRefusedError(ValueError):
    """Traces may not go where the setting says; the text names rule and remedy."""


@contextmanager
def tracing(settings: Settings, role: str) -> Iterator[None]:
    """Trace what the process does while the block runs, as `inland-<role>`.

    CollectorRefusedError where INLAND_OTLP_ENDPOINT is no address at home. What is left is sent at the end, within
    some seconds; what the collector has not taken by then is lost: whoever stops the process does not wait for it.
    """
    collector = at_home(settings.otlp_endpoint or "")
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(settings.trace_share)),
        resource=Resource({"service.namespace": "inland", "service.name": f"inland-{role}"}),
        span_limits=SpanLimits(max_links=MAX_LINKS, max_span_attribute_length=_LONGEST_ATTRIBUTE),
        shutdown_on_exit=False,
    )
    exporter = _exporter(collector, settings)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    try:
        with tracing_with(provider.get_tracer("inland")):
            yield
    finally:
        # The provider waits for every batch in its queue, each as long as an export may take.
        enough = Timer(_LAST_WORDS_S, exporter.shutdown)
        enough.start()
        provider.shutdown()
        enough.cancel()


def at_home(url: str) -> ModelEndpoint:
    """The collector at a root URL; CollectorRefusedError where it is none, or not at home.

    A name that does not resolve yet is left to the look before each export.
    """
    try:
        collector = ModelEndpoint(url=url)
        look_up(collector)
    except ValidationError as broken:
        raise CollectorRefusedError(f"INLAND_OTLP_ENDPOINT: {broken.errors()[0]['msg']}") from None
    except EndpointRefusedError as refused:
        remedy = "name a collector within your own network"
        raise CollectorRefusedError(f"INLAND_OTLP_ENDPOINT: {refused.rule}: {remedy}") from None
    except OSError:
        pass
    return collector


def _exporter(collector: ModelEndpoint, settings: Settings) -> OTLPSpanExporter:
    ca = settings.otlp_ca_file
    return OTLPSpanExporter(
        collector.url.rstrip("/") + _PATH,
        certificate_file=str(ca) if ca else None,
        timeout=_TIMEOUT_S,
        session=_HomeSession(collector),
    )


class _HomeSession(requests.Session):
    """Looks where the collector is before it sends: a name may lead elsewhere tomorrow. Takes no proxy from outside."""

    def __init__(self, collector: ModelEndpoint) -> None:
        super().__init__()
        self.trust_env = False
        self._collector = collector

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """EndpointRefusedError where the collector is not at home."""
        look_up(self._collector)
        return super().request(*args, **kwargs)
