"""A finished call is counted under OpenTelemetry's names, and only what a server saw."""

from typing import Any

import pytest
from prometheus_client import REGISTRY

from avro_schemas.records import ModelCall
from streams.enrich.records.measures import Measure, measures, observe
from tests.unit.audit import samples


def _call(**changes: Any) -> ModelCall:
    whole: Any = {**samples.model_call(), "total_us": 500_000, "server_queue_us": 20_000, "inference_us": 400_000}
    return {**whole, "first_token_us": 180_000, "per_token_us": 21_000, **changes}  # type: ignore[typeddict-item]


def _of(call: ModelCall, metric: str) -> list[Measure]:
    return [measure for measure in measures(call) if measure.metric == metric]


def _values(call: ModelCall) -> dict[str, float]:
    return {measure.metric: measure.value for measure in measures(call) if "gen_ai_token_type" not in measure.labels}


def test_an_answered_call_has_every_measure_in_seconds() -> None:
    assert _values(_call()) == {
        "gen_ai.client.operation.duration": 0.5,
        "gen_ai.server.request.duration": 0.42,
        "gen_ai.server.time_to_first_token": 0.18,
        "gen_ai.server.time_per_output_token": 0.021,
    }


def test_tokens_are_counted_by_kind_and_left_out_where_nobody_stated_them() -> None:
    usage = _of(_call(), "gen_ai.client.token.usage")
    assert {(one.labels["gen_ai_token_type"], one.value) for one in usage} == {("input", 20), ("output", 1)}
    assert _of(_call(input_tokens=None, output_tokens=None), "gen_ai.client.token.usage") == []


def test_what_the_server_did_not_state_is_not_guessed() -> None:
    silent = _call(server_queue_us=None, first_token_us=None, per_token_us=None)
    assert _values(silent) == {"gen_ai.client.operation.duration": 0.5}


@pytest.mark.parametrize(
    "unsent",
    [
        {"cache": "hit"},
        {"gate": "blocked", "outcome": "blocked"},
        {"outcome": "skipped"},
        {"outcome": "refused"},
        {"endpoint": "", "outcome": "timeout"},
    ],
)
def test_what_no_server_saw_is_in_no_measure(unsent: dict[str, Any]) -> None:
    assert list(measures(_call(**unsent))) == []


def test_a_failed_call_is_a_duration_with_its_error_and_nothing_of_the_servers() -> None:
    failed = _call(outcome="timeout", error_type="TimeoutError", input_tokens=None, output_tokens=None)
    (duration,) = measures(failed)
    assert (duration.metric, duration.labels["error_type"]) == ("gen_ai.client.operation.duration", "TimeoutError")


@pytest.mark.parametrize("outcome", ["invalid_answer", "blocked"])
def test_an_answer_that_was_of_no_use_is_no_error_of_the_server(outcome: str) -> None:
    (duration,) = _of(_call(outcome=outcome, error_type="no_json"), "gen_ai.client.operation.duration")
    assert duration.labels["error_type"] == ""


def test_labels_name_things_and_hold_nothing_of_the_call_itself() -> None:
    told = _call(prompt="Fijne kruk", answer="positive", error_type="personal_data: Anouk", outcome="failed")
    labels = {value for measure in measures(told) for value in measure.labels.values()}
    assert labels == {
        "text_completion",
        "tgi",
        "small",
        "model-eu",
        "80",
        "review_sentiment",
        "eu",
        "personal_data",
    } | {
        "input",
        "output",
    }


def test_buckets_are_those_of_the_conventions() -> None:
    observe(_call(region="buckets"))
    bounds: dict[str, list[float]] = {}
    for metric in REGISTRY.collect():
        for sample in metric.samples:
            if sample.name.startswith("gen_ai_") and sample.labels.get("region") == "buckets" and "le" in sample.labels:
                bounds.setdefault(metric.name, []).append(float(sample.labels["le"]))
    assert bounds["gen_ai_client_operation_duration_seconds"][:3] == [0.01, 0.02, 0.04]
    assert bounds["gen_ai_client_operation_duration_seconds"][-2] == 81.92
    assert bounds["gen_ai_client_token_usage"][-2] == 67_108_864
    assert bounds["gen_ai_server_time_to_first_token_seconds"][0] == 0.001
    assert bounds["gen_ai_server_time_per_output_token_seconds"][-2] == 2.5
    assert set(bounds) >= {"gen_ai_server_request_duration_seconds"}


def test_the_cache_is_counted_by_its_use() -> None:
    def counted() -> float:
        labels = {"task": "review_sentiment", "region": "cached", "use": "hit"}
        return REGISTRY.get_sample_value("inland_model_cache_total", labels) or 0.0

    before = counted()
    observe(_call(region="cached", cache="hit"))
    observe(_call(region="cached"))
    assert counted() - before == 1
