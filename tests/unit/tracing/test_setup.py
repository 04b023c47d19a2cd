"""Traces go to a collector at home, or the process does not start; what is off is not even loaded."""

import socket
import subprocess
import sys
import time
from ipaddress import ip_address

import pytest

from streams.residency.resolving import Resolved
from streams.settings import Settings
from streams.tracing.context import tracer
from streams.tracing.setup import CollectorRefusedError, at_home
from streams.tracing.switch import tracing
from tests.collector import Collector, collecting


def _work(settings: Settings) -> None:
    with tracing(settings, "sink"):
        used = tracer()
        assert used is not None
        with used.start_as_current_span("land commerce.events.eu"):
            pass


def _to(collector: Collector, share: float = 1.0) -> Settings:
    return Settings(otlp_endpoint=collector.url, trace_share=share)


def test_off_is_the_default_and_loads_nothing_of_the_sdk() -> None:
    look = (
        "import sys; from streams.settings import Settings; from streams.tracing.switch import tracing\n"
        "import streams.delivery.worker, streams.audit.serve, streams.sources.gateway.serve, streams.enrich.agent\n"
        "with tracing(Settings(), 'sink'):\n"
        "    print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


def test_spans_reach_the_collector_by_the_end_of_the_process_under_the_roles_name() -> None:
    with collecting() as collector:
        _work(_to(collector))
        ((service, span),) = collector.spans()
    assert (service, span.name, collector.paths) == ("inland-sink", "land commerce.events.eu", ["/v1/traces"])
    assert tracer() is None


def test_of_no_share_nothing_is_sent() -> None:
    with collecting() as collector:
        _work(_to(collector, share=0.0))
    assert collector.bodies == []


def test_a_collector_that_accepts_and_never_answers_holds_up_neither_the_work_nor_the_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = Settings(otlp_endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        with tracing(settings, "sink"):
            used = tracer()
            assert used is not None
            for _ in range(5_000):
                used.start_span("land").end()
            worked = time.monotonic()
        ended = time.monotonic()
    # Four batches of five seconds each wait in the queue.
    assert worked - began < 5
    assert ended - worked < 12


def test_no_proxy_gets_what_is_meant_for_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting() as collector, collecting() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        _work(_to(collector))
    assert (len(collector.bodies), proxy.bodies) == (1, [])


def test_a_redirect_is_not_followed() -> None:
    with collecting() as elsewhere, collecting(307, elsewhere.url + "/v1/traces") as collector:
        _work(_to(collector))
    assert (len(collector.bodies), elsewhere.bodies) == (1, [])


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://203.0.113.9:4318", "203.0.113.9"),
        ("http://8.8.8.8:4318", "a public address"),
        ("http://169.254.169.254", "metadata"),
        ("http://127.0.0.1:4318/v1/traces", "INLAND_OTLP_ENDPOINT"),
        ("ftp://127.0.0.1", "INLAND_OTLP_ENDPOINT"),
        ("http://user:secret@127.0.0.1:4318", "INLAND_OTLP_ENDPOINT"),
    ],
)
def test_a_collector_elsewhere_is_refused_before_anything_starts(url: str, told: str) -> None:
    with pytest.raises(CollectorRefusedError, match=told) as refused:
        _work(Settings(otlp_endpoint=url))
    assert "secret" not in str(refused.value)


def test_a_name_that_leads_elsewhere_later_gets_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with collecting() as collector:
        port = collector.url.rpartition(":")[2]
        monkeypatch.setattr("streams.residency.endpoints.resolve", lambda host, port: _leads_to("127.0.0.1"))
        with tracing(Settings(otlp_endpoint=f"http://localhost:{port}"), "sink"):
            used = tracer()
            assert used is not None
            used.start_span("land").end()
            monkeypatch.setattr("streams.residency.endpoints.resolve", lambda host, port: _leads_to("8.8.8.8"))
    assert collector.bodies == []
    assert "a public address" in caplog.text


def test_a_name_that_nobody_knows_yet_is_no_reason_not_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(host: str, port: int) -> Resolved:
        raise OSError

    monkeypatch.setattr("streams.residency.endpoints.resolve", nobody)
    assert at_home("http://collector.internal:4318").host == "collector.internal"


def _leads_to(address: str) -> Resolved:
    return Resolved((ip_address(address),))
