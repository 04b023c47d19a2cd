"""What one attempt needs to know, and the rules that it goes by. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from streams.enrich.asking.progress import Progress
from streams.enrich.asking.question import Question
from streams.enrich.client import ModelInfo, Reply
from streams.enrich.records.call import Attempt
from streams.enrich.tasks.step import Step
from streams.enrich.tasks.text import Shown, cut
from streams.log import logger
from streams.metrics import PROMPTS_BLOCKED
from streams.redact.gate import GateVerdict

_log = logger("enrich")


@dataclass(frozen=True, slots=True)
class Call:
    """A step of a question. ``ends``: monotonic seconds at which the question's deadline passes."""

    question: Question
    step: Step
    model: ModelInfo
    ends: float


def too_old(question: Question, at: datetime) -> bool:
    """Whether the event has waited in Kafka for longer than a batch task is worth."""
    patience = question.task.patience_s
    return patience is not None and at - question.message.timestamp > timedelta(seconds=patience)


def shown(call: Call, progress: Progress) -> Shown:
    """The text as the prompt has it, by the limits of task and model, and by what the server has refused before."""
    found = call.question.task.shown(call.question.source, call.model.max_input_tokens)
    if progress.most_characters is None:
        return found
    again = cut(found.text, progress.most_characters)
    return replace(again, left_out=again.left_out + found.left_out)


def too_long(reply: Reply) -> bool:
    """Whether the server refused the prompt itself: its own count of tokens is the one that counts."""
    return reply.outcome == "failed" and "validation" in (reply.error_type or "").lower()


def blocked(attempt: Attempt, verdict: GateVerdict) -> Reply:
    """The reply to a prompt that never left."""
    about = {"event_id": attempt.event["event_id"], "task": attempt.task.name, "rules": verdict.entity_types}
    _log.warning("the gate stopped a prompt", extra=about)
    for rule in verdict.entity_types:
        PROMPTS_BLOCKED.labels(attempt.task.name, rule).inc()
    return Reply.unsent("blocked", "tgi", f"personal_data_in_prompt: {', '.join(verdict.entity_types)}")
