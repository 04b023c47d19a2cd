"""The records of a question: one for each attempt, one for its end, and those that go to compliance."""

from dataclasses import dataclass, field
from typing import Any

from avro_schemas.codec import Codec
from avro_schemas.records import AnswerGate, EnrichmentResult, PrivacyRequest
from streams.clock import now
from streams.delivery.message import Output
from streams.enrich.asking.attempting import Call
from streams.enrich.asking.progress import Progress
from streams.enrich.asking.question import Question
from streams.enrich.client import ModelInfo, Reply
from streams.enrich.records import privacy_requests
from streams.enrich.records.call import Attempt
from streams.enrich.records.telemetry import tell
from streams.enrich.tasks.note_intent import DATA_SUBJECT_REQUEST, NOTE_INTENT
from streams.enrich.tasks.task import Answer, configuration_hash
from streams.metrics import MODEL_CALLS
from streams.redact.gate import GateVerdict
from topics.names import MODEL_CALLS as MODEL_CALLS_TOPIC
from topics.names import PRIVACY_REQUESTS, enrichment_results

_PASSED = GateVerdict(passed=True)


@dataclass(frozen=True, slots=True)
class Recording:
    """``policy_hash``: of the residency policy in force."""

    codec: Codec = field(repr=False)
    policy_hash: str

    def attempt(self, call: Call, **stated: Any) -> Attempt:
        """An attempt at a step, before it is made; `stated`: the fields of Attempt that this attempt decides."""
        return self._attempt(call.question, call.model, step=call.step.name, **stated)

    def call(
        self, attempt: Attempt, reply: Reply, verdict: GateVerdict, answer_gate: AnswerGate, progress: Progress
    ) -> None:
        """One attempt has been made."""
        MODEL_CALLS.labels(attempt.task.name, attempt.event["region"], reply.outcome).inc()
        record = attempt.call(reply, "passed" if verdict.passed else "blocked", answer_gate)
        tell(record)
        value = self.codec.encode("model_call", record)
        progress.unwritten.append(Output(MODEL_CALLS_TOPIC, attempt.call_id.encode(), value))

    def close(self, question: Question, attempt: Attempt, answer: Answer | None, progress: Progress) -> None:
        """The question has come to its end: answered, or `unanswered`."""
        if question.task.name == NOTE_INTENT.name and answer is not None and answer.label == DATA_SUBJECT_REQUEST:
            # Which right is meant, the rule says where it saw it, too.
            self._raise(privacy_requests.by_model(question, attempt.call_id, now()), progress)
        self._result(attempt.result(answer, now()), progress)

    def skip(self, question: Question, progress: Progress) -> None:
        """The question is not asked any more; nobody was asked who would have answered."""
        step = next((one for one in question.task.steps if one.name not in progress.values), question.task.steps[0])
        attempt = self._attempt(
            question,
            ModelInfo(""),
            step=step.name,
            number=progress.of(step.name).attempts + 1,
            prompt="",
            parameters=step.parameters(1),
        )
        self.call(attempt, Reply.unsent("skipped", "tgi", "older_than_patience"), _PASSED, "none", progress)
        self._result(attempt.result(None, now(), "skipped"), progress)

    def raise_by_rule(self, question: Question, progress: Progress) -> None:
        """Tell compliance what the rule sees in a note, whatever the model will say of it."""
        if progress.raised or question.task.name != NOTE_INTENT.name:
            return
        progress.raised = True
        for request in privacy_requests.by_rule(question, now()):
            self._raise(request, progress)

    def _attempt(self, question: Question, model: ModelInfo, **stated: Any) -> Attempt:
        return Attempt(
            message=question.message,
            event=question.event,
            task=question.task,
            endpoint="",
            model=model,
            started_at=now(),
            priority=question.task.lane,
            policy_hash=self.policy_hash,
            configuration_hash=configuration_hash(question.task),
            **stated,
        )

    def _raise(self, request: PrivacyRequest, progress: Progress) -> None:
        value = self.codec.encode("privacy_request", request)
        progress.unwritten.append(Output(PRIVACY_REQUESTS, request["request_id"].encode(), value))

    def _result(self, result: EnrichmentResult, progress: Progress) -> None:
        record = self.codec.encode("enrichment_result", result)
        topic = enrichment_results(result["region"])
        progress.unwritten.append(Output(topic, result["event_id"].encode(), record))
        progress.done = True
