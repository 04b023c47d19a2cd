"""Long texts in parts that overlap, so that no search sees more than it can do in its time."""

from collections.abc import Sequence
from dataclasses import replace

from streams.redact.detect.question import Question
from streams.redact.detect.resolve import resolve
from streams.redact.detect.spans import Span

# Characters. No value is longer than the overlap; what stands at a border is whole in one of two parts.
_PART = 6_000
_OVERLAP = 400
# Where to part: the last white space among so many characters.
_REACH = 200

Part = tuple[int, Question]
"""Where the part begins in its text, and the part."""


def parted(question: Question) -> list[Part]:
    """The question in parts; one part where the text is short."""
    text = question.text
    if len(text) <= _PART:
        return [(0, question)]
    parts: list[Part] = []
    start = 0
    while True:
        end = _border(text, start + _PART)
        parts.append((start, replace(question, text=text[start:end])))
        if end >= len(text):
            return parts
        start = _border(text, end - _OVERLAP)


def joined(parts: Sequence[Part], answers: Sequence[tuple[Span, ...]], text: str) -> tuple[Span, ...]:
    """The spans of all parts as spans of the text."""
    if len(parts) == 1:
        return answers[0]
    moved = (
        span.moved(span.start + start, span.end + start)
        for (start, _), spans in zip(parts, answers, strict=True)
        for span in spans
    )
    return resolve(moved, text)


def _border(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = max(text.rfind(mark, at - _REACH, at) for mark in (" ", "\n", "\t"))
    return space + 1 if space >= 0 else at
