"""The record of a model call, and the record of an answer."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

from avro_schemas.records import (
    AnswerGate,
    CacheUse,
    CommerceEvent,
    EnrichmentResult,
    GateVerdict,
    ModelCall,
    ResultStatus,
)
from streams.delivery.message import Message
from streams.enrich.client import ModelInfo, Parameters, Reply
from streams.enrich.tasks.task import Answer, Task
from streams.sources.identity import derive


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to have a task answered for an event, before it is made.

    `policy_hash`: of the residency policy; `configuration_hash`: of the task and its parameters; `prompt_cut`:
    characters left out of the text; `cache`: `hit` when the answer is taken from there and nothing is sent.
    """

    message: Message
    event: CommerceEvent = field(repr=False)
    task: Task
    step: str
    """Which of the task's calls."""
    number: int
    """Counts the attempts at the step, from 1."""
    endpoint: str
    model: ModelInfo
    prompt: str = field(repr=False)
    parameters: Parameters
    started_at: datetime
    priority: str = ""
    policy_hash: str = ""
    configuration_hash: str = ""
    prompt_cut: int = 0
    cache: CacheUse = "off"

    @property
    def call_id(self) -> str:
        """hash(event id, task, prompt version, model, step, attempt)."""
        model = self.model.model_sha or self.model.model_id
        return derive(self.event["event_id"], self.task.name, self.task.version, model, self.step, self.number)

    def call(self, reply: Reply, gate: GateVerdict, answer_gate: AnswerGate = "none") -> ModelCall:
        """The record of the attempt. What either gate stopped is not kept: it may hold what redaction missed."""
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
            provider_name=reply.engine,
            endpoint=reply.endpoint or self.endpoint,
            request_model=self.model.model_id,
            response_model=self.model.model_id if reply.text is not None else None,
            model_sha=self.model.model_sha,
            server_version=self.model.version,
            policy_version=event["policy_version"],
            policy_hash=self.policy_hash,
            configuration_hash=self.configuration_hash,
            priority=self.priority,
            parameters=json.dumps({"step": self.step, **asdict(self.parameters)}, sort_keys=True),
            prompt="" if gate == "blocked" else self.prompt,
            prompt_cut=self.prompt_cut,
            answer=None if answer_gate == "blocked" else reply.text,
            outcome=reply.outcome,
            error_type=reply.error_type,
            gate=gate,
            answer_gate=answer_gate,
            cache=self.cache,
            finish_reason=reply.finish_reason,
            input_tokens=reply.input_tokens,
            output_tokens=reply.output_tokens,
            queued_us=reply.queued_us,
            server_queue_us=reply.server_queue_us,
            inference_us=reply.inference_us,
            first_token_us=reply.first_token_us,
            per_token_us=reply.per_token_us,
            total_us=reply.total_us,
            started_at=self.started_at,
            captured_at=event["captured_at"],
        )

    def result(
        self, answer: Answer | None, enriched_at: datetime, without: ResultStatus = "unanswered"
    ) -> EnrichmentResult:
        """The record of the answer; of its absence, with the status `without`, when there is none."""
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
            status=without if answer is None else "answered",
            label=answer.label if answer else None,
            answer=answer.text if answer else None,
            language=answer.language if answer else None,
            cache=self.cache,
            model_sha=self.model.model_sha,
            captured_at=event["captured_at"],
            redacted_at=event["redacted_at"],
            enriched_at=enriched_at,
        )
