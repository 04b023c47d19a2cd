"""The record of a model call, and the record of an answer."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from avro_schemas.records import CommerceEvent, EnrichmentResult, GateVerdict, ModelCall
from streams.delivery.message import Message
from streams.enrich.client import ModelInfo, Parameters, Reply
from streams.enrich.tasks.task import Task
from streams.sources.identity import derive

PROVIDER = "tgi"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to have a task answered for an event, before it is made."""

    message: Message
    event: CommerceEvent
    task: Task
    number: int
    endpoint: str
    model: ModelInfo
    prompt: str
    parameters: Parameters
    started_at: datetime

    @property
    def call_id(self) -> str:
        """hash(event id, task, prompt version, model, attempt)."""
        model = self.model.model_sha or self.model.model_id
        return derive(self.event["event_id"], self.task.name, self.task.version, model, self.number)

    def call(self, reply: Reply, gate: GateVerdict) -> ModelCall:
        """The record of the attempt."""
        event = self.event
        return ModelCall(
            call_id=self.call_id,
            event_id=event["event_id"],
            source_topic=self.message.topic,
            source_partition=self.message.partition,
            source_offset=self.message.offset,
            subject=event["subject"],
            shop_id=event["shop_id"],
            region=event["region"],
            task=self.task.name,
            task_version=self.task.version,
            attempt=self.number,
            provider_name=PROVIDER,
            endpoint=self.endpoint,
            request_model=self.model.model_id,
            response_model=self.model.model_id if reply.text is not None else None,
            model_sha=self.model.model_sha,
            policy_version=event["policy_version"],
            parameters=json.dumps(asdict(self.parameters), sort_keys=True),
            # What the gate stopped never left, and is not kept either: it may hold what redaction missed.
            prompt="" if gate == "blocked" else self.prompt,
            answer=reply.text,
            outcome=reply.outcome,
            error_type=reply.error_type,
            gate=gate,
            finish_reason=reply.finish_reason,
            input_tokens=reply.input_tokens,
            output_tokens=reply.output_tokens,
            queued_us=reply.queued_us,
            server_queue_us=reply.server_queue_us,
            inference_us=reply.inference_us,
            total_us=reply.total_us,
            started_at=self.started_at,
            captured_at=event["captured_at"],
        )

    def result(self, label: str | None, enriched_at: datetime) -> EnrichmentResult:
        """The record of the answer; a null label is `unanswered`."""
        event = self.event
        review = event["review"]
        return EnrichmentResult(
            result_id=derive(event["event_id"], self.task.name, self.task.version),
            event_id=event["event_id"],
            call_id=self.call_id,
            source_topic=self.message.topic,
            source_partition=self.message.partition,
            source_offset=self.message.offset,
            shop_id=event["shop_id"],
            region=event["region"],
            subject=event["subject"],
            entity=event["entity"],
            entity_id=event["entity_id"],
            product_id=review["product_id"] if review else None,
            task=self.task.name,
            task_version=self.task.version,
            status="unanswered" if label is None else "answered",
            label=label,
            model_sha=self.model.model_sha,
            captured_at=event["captured_at"],
            redacted_at=event["redacted_at"],
            enriched_at=enriched_at,
        )
