"""A finished call is a child span under OpenTelemetry's GenAI names, without a word of prompt or answer."""

from datetime import timedelta
from typing import Any

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from avro_schemas.records import ModelCall
from streams.enrich.records.spans import attributes, trace
from streams.tracing.context import tracer
from tests.unit.audit import samples
from tests.unit.tracing.ids import ids


def _call(**changes: Any) -> ModelCall:
    asked = '{"max_new_tokens": 8, "schema": {"properties": {}}, "seed": 1, "stop": ["Anouk"]}'
    return {**samples.model_call(), "parameters": asked, "response_model": "small", **changes}  # type: ignore[typeddict-item]


def test_a_call_is_told_by_names_ids_and_numbers() -> None:
    found = attributes(_call())
    assert {name: value for name, value in found.items() if name.startswith(("gen_ai", "server", "error"))} == {
        "gen_ai.operation.name": "text_completion",
        "gen_ai.provider.name": "tgi",
        "gen_ai.request.model": "small",
        "gen_ai.request.max_tokens": 8,
        "gen_ai.request.seed": 1,
        "gen_ai.response.model": "small",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 20,
        "gen_ai.usage.output_tokens": 1,
        "server.address": "model-eu",
        "server.port": 80,
    }
    assert (found["inland.event_id"], found["inland.call_id"]) == ("event-1", "call-1")


def test_prompt_answer_stop_words_and_subject_are_in_no_attribute() -> None:
    secrets = ("Fijne kruk", "positive", "Anouk", "s-1")
    told = repr(attributes(_call(error_type="personal_data_in_prompt: Anouk", outcome="failed")))
    assert [secret for secret in secrets if secret in told] == []


def test_while_tracing_is_off_nothing_is_made() -> None:
    assert tracer() is None
    trace(_call())


def test_the_span_lies_under_the_current_one_and_lasts_as_long_as_the_call(exported: InMemorySpanExporter) -> None:
    used, call = tracer(), _call()
    assert used is not None
    with used.start_as_current_span("enrich"):
        trace(call)
    child, parent = exported.get_finished_spans()
    assert child.parent is not None
    assert child.parent.span_id == ids(parent).span_id
    assert (child.name, child.kind) == ("text_completion small", SpanKind.CLIENT)
    assert child.start_time is not None
    assert child.end_time is not None
    lasted = timedelta(microseconds=call["queued_us"] + call["total_us"])
    assert (child.end_time - child.start_time) // 1000 == lasted // timedelta(microseconds=1)


def test_a_failed_call_is_a_failed_span_and_an_unsent_one_no_clients(exported: InMemorySpanExporter) -> None:
    trace(_call(outcome="timeout", error_type="TimeoutError"))
    trace(_call(cache="hit"))
    failed, unsent = exported.get_finished_spans()
    assert (failed.status.status_code, (failed.attributes or {})["error.type"]) == (StatusCode.ERROR, "TimeoutError")
    assert (unsent.kind, (unsent.attributes or {})["inland.cache"]) == (SpanKind.INTERNAL, "hit")
