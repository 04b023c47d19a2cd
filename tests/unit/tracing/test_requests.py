"""A webhook's span begins its trace, and the delivery carries it; the shop's own words stand in no span."""

from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from streams.tracing.context import TRACEPARENT, span_of
from streams.tracing.requests import middlewares
from tests.unit.sources.gateway.stand import SECRET, signed, standing, write_shops
from tests.unit.tracing.ids import ids

ORDER = b'{"id": 7, "billing": {"first_name": "Anouk", "email": "anouk@shop.example"}, "customer_note": "bel aan"}'


@pytest.fixture
def shops_file(tmp_path: Path) -> Path:
    """One shop."""
    return write_shops(tmp_path, demo=SECRET.decode())


def test_while_tracing_is_off_nothing_stands_around_a_request() -> None:
    assert middlewares("/webhooks/{shop}") == ()


async def test_while_tracing_is_off_a_delivery_carries_no_trace(shops_file: Path) -> None:
    async with standing(shops_file) as stand:
        assert (await stand.post(ORDER))[0] == 200
    assert stand.broker.kept[0].headers == ()


async def test_a_webhook_is_a_span_of_route_and_status(shops_file: Path, exported: InMemorySpanExporter) -> None:
    async with standing(shops_file) as stand:
        await stand.post(ORDER)
        (delivery,) = stand.broker.kept
    (span,) = exported.get_finished_spans()
    assert span.name == "POST /webhooks/{shop}"
    assert dict(span.attributes or {}) == {
        "http.request.method": "POST",
        "http.route": "/webhooks/{shop}",
        "http.response.status_code": 200,
    }
    carried = span_of(delivery.headers)
    assert carried is not None
    assert carried.span_id == ids(span).span_id


async def test_a_refusal_is_a_span_without_what_the_stranger_sent(
    shops_file: Path, exported: InMemorySpanExporter
) -> None:
    async with standing(shops_file) as stand:
        assert (await stand.post(ORDER, shop="anouk-van-der-meulen"))[0] == 404
    (span,) = exported.get_finished_spans()
    assert dict(span.attributes or {})["http.response.status_code"] == 404
    assert "anouk" not in span.to_json()


async def test_a_trace_from_outside_is_not_taken_up(shops_file: Path, exported: InMemorySpanExporter) -> None:
    theirs = signed(ORDER) | {TRACEPARENT: "00-" + "a" * 32 + "-" + "b" * 16 + "-01"}
    async with standing(shops_file) as stand:
        assert (await stand.send(ORDER, theirs))[0] == 200
    (span,) = exported.get_finished_spans()
    assert span.parent is None
    assert ids(span).trace_id != int("a" * 32, 16)


async def test_health_and_metrics_are_no_spans(shops_file: Path, exported: InMemorySpanExporter) -> None:
    async with standing(shops_file) as stand:
        await stand.get("/metrics")
        await stand.get("/nowhere")
    assert exported.get_finished_spans() == ()
