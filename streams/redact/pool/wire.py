"""Questions and answers as lines of JSON between a worker and its detection processes. No pickle."""

import json
from collections.abc import Sequence

from streams.redact.detect.question import Question
from streams.redact.detect.spans import Span
from streams.redact.values import KnownValue


def write_questions(questions: Sequence[Question]) -> bytes:
    """One line."""
    rows = [
        (one.text, one.language, one.country, [(value.value, value.entity_type) for value in one.known])
        for one in questions
    ]
    return json.dumps(rows).encode() + b"\n"


def read_questions(line: bytes) -> list[Question]:
    """What write_questions wrote."""
    return [
        Question(text, language, country, tuple(KnownValue(*value) for value in known))
        for text, language, country, known in json.loads(line)
    ]


def write_answers(answers: Sequence[Sequence[Span]]) -> bytes:
    """One line."""
    rows = [[(one.start, one.end, one.entity_type, one.score, one.detector) for one in spans] for spans in answers]
    return json.dumps(rows).encode() + b"\n"


def write_failure(error: Exception) -> bytes:
    """A line that says what went wrong, by the error's type alone: its text may quote what was read."""
    return json.dumps({"failed": type(error).__name__}).encode() + b"\n"


def read_answers(line: bytes) -> list[tuple[Span, ...]]:
    """What write_answers wrote; DetectionError where the process says that it failed."""
    rows = json.loads(line)
    if isinstance(rows, dict):
        raise DetectionError(rows["failed"])
    return [tuple(Span(*one) for one in spans) for spans in rows]


class DetectionError(Exception):
    """A detection process failed on a text; the message is the error's type."""
