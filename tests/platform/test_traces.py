"""On the real platform one trace leads from a webhook through Kafka to the model call; its batches are linked to it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import orjson
import pytest
from clickhouse_connect.driver.client import Client
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from infra.local.platform import Platform
from infra.local.settings import HOST
from streams.clickhouse import Login, connected
from streams.sources.gateway.signature import sign
from tests.collector import Collector, collecting
from tests.fixtures.samples import deliveries
from tests.platform.conftest import discard, fresh_platform

pytestmark = pytest.mark.timeout(600)  # a platform of its own is started within
WAIT_S = 240.0
ORDER_ID = 7_301_777
ORDER = orjson.loads(next(delivery.body for delivery in deliveries() if delivery.topic == "order.created"))
NOTE = "When will it come? Ask Wilhelmina Vermeulen, wilhelmina@vermeulen.example"
WAY = (
    ("inland-gateway", "POST /webhooks/{shop}"),
    ("inland-redact", "redact woo.deliveries"),
    ("inland-enrich", "enrich-eu commerce.events.eu"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the collector was sent about one webhook: its trace's spans by service and name, and the batches' links."""

    trace_id: bytes
    spans: dict[tuple[str, str], Span]
    linked: set[str]


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as started:
        yield started


@pytest.fixture(scope="module")
def traced(collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A whole platform that tells the collector."""
    own = fresh_platform(tmp_path_factory, "traced")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INLAND_OTLP_ENDPOINT", collector.url)
        try:
            own.up()
            yield own
        finally:
            discard(own)


@pytest.fixture(scope="module")
def rows(traced: Platform) -> Iterator[Client]:
    password = (traced.layout.secrets / "clickhouse-analyst").read_text(encoding="utf-8").strip()
    with connected(Login(HOST, traced.settings.clickhouse_port, "analyst", password, "inland")) as client:
        yield client


@pytest.fixture(scope="module")
def told(traced: Platform, rows: Client, collector: Collector) -> Told:
    """An order whose note a model reads, told by a webhook, once its call has landed and its batches are told."""
    _deliver(traced)
    _eventually("the model call has landed", lambda: len(_call_ids(rows)) > 0)
    _eventually("every process has told its part", lambda: _complete(_of(collector)))
    return _of(collector)


def _complete(told: Told) -> bool:
    return set(WAY) <= told.spans.keys() and {"land commerce.events.eu", "land model.calls"} <= told.linked


def _deliver(platform: Platform) -> None:
    body = orjson.dumps({**ORDER, "id": ORDER_ID, "customer_note": NOTE})
    secret = (platform.layout.secrets / "webhook-demo").read_bytes().strip()
    headers = {
        "X-WC-Webhook-Topic": "order.created",
        "X-WC-Webhook-Signature": sign(body, secret),
        "X-WC-Webhook-ID": "2",
    }
    url = f"{platform.settings.gateway_url}/webhooks/demo"
    assert httpx.post(url, content=body, headers=headers, trust_env=False).status_code == 200


def _call_ids(rows: Client) -> set[str]:
    asked = (
        "SELECT call_id FROM model_calls WHERE event_id IN "
        "(SELECT event_id FROM commerce_events WHERE entity_id = {id:Int64} AND route = 'webhook')"
    )
    return {call_id for (call_id,) in rows.query(asked, parameters={"id": ORDER_ID}).result_rows}


def _of(collector: Collector) -> Told:
    spans = collector.spans()
    trace_id = next((span.trace_id for service, span in spans if service == "inland-gateway"), b"")
    own = {(service, span.name): span for service, span in spans if span.trace_id == trace_id}
    links = {span.name for _, span in spans if any(link.trace_id == trace_id for link in span.links)}
    return Told(trace_id, own, links)


def _eventually(what: str, condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < ends, f"waited in vain: {what}"
        time.sleep(0.2)


def _attributes(span: Span) -> dict[str, str]:
    return {one.key: one.value.string_value for one in span.attributes}


def test_the_stations_are_one_chain_across_four_processes(told: Told) -> None:
    parents = [told.spans[station].parent_span_id for station in WAY]
    spans = [told.spans[station].span_id for station in WAY]
    assert parents == [b"", *spans[:-1]]


def test_each_model_call_of_the_record_is_a_child_of_the_events_span(told: Told, rows: Client) -> None:
    calls = [span for (_, name), span in told.spans.items() if name.startswith("text_completion")]
    assert {span.parent_span_id for span in calls} == {told.spans[WAY[-1]].span_id}
    assert {_attributes(span)["inland.call_id"] for span in calls} <= _call_ids(rows)


def test_the_spans_lead_to_the_rows_and_back(told: Told, rows: Client) -> None:
    redact = _attributes(told.spans[WAY[1]])
    assert redact["messaging.destination.name"] == "woo.deliveries"
    offset = next(one.value.int_value for one in told.spans[WAY[1]].attributes if one.key == "messaging.kafka.offset")
    asked = "SELECT source_topic, source_offset FROM commerce_events WHERE entity_id = {id:Int64} AND route = 'webhook'"
    assert ("woo.deliveries", offset) in rows.query(asked, parameters={"id": ORDER_ID}).result_rows


def test_nothing_that_was_sent_holds_what_the_shopper_or_the_model_wrote(told: Told, collector: Collector) -> None:
    sent = b"\n".join(collector.bodies)
    words = ["Wilhelmina", "Vermeulen", "vermeulen.example", "When will it come", ORDER["billing"]["email"]]
    words += [ORDER["billing"]["last_name"], ORDER["billing"]["address_1"], "Intent:"]
    assert all(words)
    assert [word for word in words if word.encode() in sent] == []
