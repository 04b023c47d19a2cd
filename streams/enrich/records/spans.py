"""A model call as a span of OpenTelemetry's GenAI conventions, made from its record when it has ended.

https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans (status: development). Of the conventions' attributes
those that hold messages are never set: prompt and answer stand in the record alone.
"""

import json
from datetime import datetime, timedelta

from opentelemetry.trace import SpanKind, Status, StatusCode

from avro_schemas.records import ModelCall
from streams.enrich.records.measures import OPERATION, error_type, server_of, was_sent
from streams.tracing.context import tracer

Attribute = str | int | list[str]


def trace(call: ModelCall) -> None:
    """Tell a finished call as a child of the current span; nothing while tracing is off."""
    used = tracer()
    if used is None:
        return
    span = used.start_span(
        f"{OPERATION} {call['request_model']}",
        kind=SpanKind.CLIENT if was_sent(call) else SpanKind.INTERNAL,
        attributes=attributes(call),
        start_time=_nanoseconds(call["started_at"]),
    )
    if error_type(call):
        span.set_status(Status(StatusCode.ERROR))
    span.end(_nanoseconds(call["started_at"] + timedelta(microseconds=call["queued_us"] + call["total_us"])))


def attributes(call: ModelCall) -> dict[str, Attribute]:
    """The call's attributes: names, ids, counts and times; those that nobody stated are left out."""
    address, port = server_of(call)
    asked = json.loads(call["parameters"])
    said: dict[str, Attribute | None] = {
        "gen_ai.operation.name": OPERATION,
        "gen_ai.provider.name": call["provider_name"],
        "gen_ai.request.model": call["request_model"],
        "gen_ai.request.max_tokens": asked.get("max_new_tokens"),
        "gen_ai.request.seed": asked.get("seed"),
        "gen_ai.response.model": call["response_model"],
        "gen_ai.response.finish_reasons": [call["finish_reason"]] if call["finish_reason"] else None,
        "gen_ai.usage.input_tokens": call["input_tokens"],
        "gen_ai.usage.output_tokens": call["output_tokens"],
        "server.address": address,
        "server.port": port,
        "error.type": error_type(call) or None,
        "inland.call_id": call["call_id"],
        "inland.event_id": call["event_id"],
        "inland.region": call["region"],
        "inland.task": call["task"],
        "inland.task_version": call["task_version"],
        "inland.attempt": call["attempt"],
        "inland.outcome": call["outcome"],
        "inland.gate": call["gate"],
        "inland.answer_gate": call["answer_gate"],
        "inland.cache": call["cache"],
        "inland.queued_us": call["queued_us"],
        "inland.server_queue_us": call["server_queue_us"],
        "inland.first_token_us": call["first_token_us"],
    }
    return {name: value for name, value in said.items() if value is not None}


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1_000
