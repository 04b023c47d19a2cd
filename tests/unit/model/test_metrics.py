"""The metrics' names."""

import re

from infra.local.model.domain import Answer
from infra.local.model.metrics import Metrics


def test_the_names_are_tgi_s() -> None:
    metrics = Metrics()
    metrics.requests.inc()
    metrics.failures.labels("overloaded").inc()
    metrics.started(input_tokens=3, max_new_tokens=5)
    metrics.inferred(Answer("", "length", 1, 0.1, 0.2))
    text = metrics.exposition().decode()
    names = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    durations = ("duration", "validation_duration", "queue_duration", "inference_duration")
    assert names >= {f"tgi_request_{name}" for name in durations}
    assert names >= {f"tgi_request_{name}" for name in ("count", "success", "failure", "generated_tokens")}
    assert names >= {"tgi_request_input_length", "tgi_request_mean_time_per_token_duration"}
    assert names >= {"tgi_queue_size", "tgi_batch_current_size", "tgi_batch_inference_duration"}
    assert "tgi_request_count 1.0" in text
    assert 'tgi_request_failure{err="overloaded"} 1.0' in text
    assert 'tgi_batch_inference_count{method="decode"} 1.0' in text
    assert 'tgi_batch_inference_duration_sum{method="prefill"} 0.1' in text
    assert "_total" not in text
    assert "_created" not in text


def test_each_server_has_metrics_of_its_own() -> None:
    first, second = Metrics(), Metrics()
    first.requests.inc()
    assert b"tgi_request_count 0.0" in second.exposition()
