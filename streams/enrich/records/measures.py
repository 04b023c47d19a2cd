"""What the record of a model call adds to OpenTelemetry's GenAI metrics: `measures` is pure, `observe` counts.

The record is the only source, so that Prometheus and ClickHouse tell the same. What no server saw is in none of them:
an answer from the cache, a prompt that the gate stopped, a call that was skipped or refused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from prometheus_client import Histogram

from avro_schemas.records import ModelCall
from streams.metrics import (
    GEN_AI_DURATION,
    GEN_AI_FIRST_TOKEN,
    GEN_AI_PER_TOKEN,
    GEN_AI_SERVER_DURATION,
    GEN_AI_TOKENS,
    MODEL_CACHE,
)

OPERATION: Final = "text_completion"
"""gen_ai.operation.name of every call."""

MetricName = Literal[
    "gen_ai.client.operation.duration",
    "gen_ai.client.token.usage",
    "gen_ai.server.request.duration",
    "gen_ai.server.time_to_first_token",
    "gen_ai.server.time_per_output_token",
]
_HISTOGRAMS: Final[Mapping[MetricName, Histogram]] = {
    "gen_ai.client.operation.duration": GEN_AI_DURATION,
    "gen_ai.client.token.usage": GEN_AI_TOKENS,
    "gen_ai.server.request.duration": GEN_AI_SERVER_DURATION,
    "gen_ai.server.time_to_first_token": GEN_AI_FIRST_TOKEN,
    "gen_ai.server.time_per_output_token": GEN_AI_PER_TOKEN,
}
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Measure:
    """One observation. `value`: seconds, or tokens; `labels`: names of things, beside those that every call has."""

    metric: MetricName
    value: float
    labels: Mapping[str, str]


def observe(call: ModelCall) -> None:
    """Count a finished call."""
    if call["cache"] != "off":
        MODEL_CACHE.labels(call["task"], call["region"], call["cache"]).inc()
    for measure in measures(call):
        _HISTOGRAMS[measure.metric].labels(**measure.labels).observe(measure.value)


def measures(call: ModelCall) -> Iterator[Measure]:
    """The observations of a finished call; none of one that was not sent."""
    if not was_sent(call):
        return
    labels = _labels(call)
    error = {"error_type": error_type(call)}
    yield Measure("gen_ai.client.operation.duration", call["total_us"] / 1e6, labels | error)
    for kind, tokens in (("input", call["input_tokens"]), ("output", call["output_tokens"])):
        if tokens is not None:
            yield Measure("gen_ai.client.token.usage", tokens, labels | {"gen_ai_token_type": kind})
    if error_type(call):
        return  # the server's metrics are of successful responses
    if call["server_queue_us"] is not None and call["inference_us"] is not None:
        yield Measure("gen_ai.server.request.duration", (call["server_queue_us"] + call["inference_us"]) / 1e6, labels)
    if call["first_token_us"] is not None:
        yield Measure("gen_ai.server.time_to_first_token", call["first_token_us"] / 1e6, labels)
    if call["per_token_us"] is not None:
        yield Measure("gen_ai.server.time_per_output_token", call["per_token_us"] / 1e6, labels)


def was_sent(call: ModelCall) -> bool:
    """Whether a server was asked: what ended in our own queue names no endpoint."""
    if call["gate"] != "passed" or call["cache"] == "hit" or not call["endpoint"]:
        return False
    return call["outcome"] not in ("skipped", "refused")


def error_type(call: ModelCall) -> str:
    """error.type: empty where the server answered, whatever was made of its answer; never more than a name."""
    if call["outcome"] in ("answered", "invalid_answer", "blocked"):
        return ""
    return (call["error_type"] or call["outcome"]).partition(":")[0]


def server_of(call: ModelCall) -> tuple[str, int]:
    """server.address and server.port of the endpoint that was asked."""
    url = urlsplit(call["endpoint"])
    return url.hostname or "", url.port or _DEFAULT_PORTS.get(url.scheme, 0)


def _labels(call: ModelCall) -> dict[str, str]:
    address, port = server_of(call)
    return {
        "gen_ai_operation_name": OPERATION,
        "gen_ai_provider_name": call["provider_name"],
        "gen_ai_request_model": call["request_model"],
        "server_address": address,
        "server_port": str(port),
        "task": call["task"],
        "region": call["region"],
    }
