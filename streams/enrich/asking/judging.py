"""What an answer is worth: the gate on the way out, the form, the task's own rule. Pure."""

from dataclasses import dataclass, field
from typing import Any

from avro_schemas.records import AnswerGate
from streams.enrich.tasks.fault import FaultyAnswerError, Wrong
from streams.enrich.tasks.step import Source, Step
from streams.redact.blinding import Blinded
from streams.redact.gate import check


@dataclass(frozen=True, slots=True)
class Judged:
    """``value``: what counts, None where nothing does; then ``error`` says why, and ``wrong`` how a repair puts it."""

    value: Any = field(repr=False)
    gate: AnswerGate
    wrong: Wrong | None = None
    error: str | None = None


def judge(step: Step, source: Source, text: str, known: Blinded | None, country: str | None) -> Judged:
    """Judge one answer. An answer that holds personal data is none, whatever else it may be."""
    try:
        value = step.shape.read(text)
    except FaultyAnswerError as fault:
        return _held(text, known, country) or Judged(None, _passed(text), fault.wrong, f"answer_{fault.wrong}")
    # One of the task's own words tells nothing of anybody.
    if not step.shape.closed and (held := _held(text, known, country)):
        return held
    try:
        return Judged(step.rule(source, value), "passed")
    except FaultyAnswerError as fault:
        return Judged(None, "passed", fault.wrong, f"answer_{fault.wrong}")


def _held(text: str, known: Blinded | None, country: str | None) -> Judged | None:
    if not text.strip():
        return None
    verdict = check(text, known=known, country=country)
    if verdict.passed:
        return None
    return Judged(None, "blocked", "personal_data", f"personal_data_in_answer: {', '.join(verdict.entity_types)}")


def _passed(text: str) -> AnswerGate:
    return "passed" if text.strip() else "none"
