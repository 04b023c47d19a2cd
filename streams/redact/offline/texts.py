"""Free texts: a line with a text in, the text with placeholders and its spans out. Pure."""

import re
from collections.abc import Sequence
from typing import Any

from streams.redact.detect.detector import Detector
from streams.redact.detect.question import Question
from streams.redact.detect.spans import Span
from streams.redact.offline.answer import Line, LineError, decoded, error
from streams.redact.offline.known import known_values
from streams.redact.offline.summary import Summary
from streams.redact.placeholders import Placeholders
from streams.redact.values import KnownValue

_SURROGATE = re.compile("[\ud800-\udfff]")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_SHORT = 10_000
_FAILED = "look at the text yourself, and shorten it or report it with the detector's version"

Answered = tuple[Span, ...] | LineError


class Texts:
    """Answers lines of `--from text`."""

    def __init__(self, detector: Detector, country: str | None, summary: Summary) -> None:
        """`country`: of texts that name none."""
        self._detector = detector
        self._country = country
        self._summary = summary

    def answers(self, lines: Sequence[Line]) -> list[dict[str, Any]]:
        """One answer a line, in their order."""
        read = [self._read(line) for line in lines]
        found = iter(self._found([one[1] for one in read if not isinstance(one, LineError)]))
        return [
            self._refused(line, one) if isinstance(one, LineError) else self._told(line, one[0], next(found))
            for line, one in zip(lines, read, strict=True)
        ]

    def rest(self) -> list[dict[str, Any]]:
        """Nothing waits."""
        return []

    def _read(self, line: Line) -> tuple[str, Question] | LineError:
        try:
            given = decoded(line)
            return _text(given), question(given, self._country)
        except LineError as failed:
            return failed

    def _found(self, questions: Sequence[Question]) -> list[Answered]:
        # A long text costs by itself, and is the likelier to fail: the short ones are not asked twice for it.
        short = [one for one in questions if len(one.text) <= _SHORT]
        found = iter(self._together(short))
        return [next(found) if len(one.text) <= _SHORT else self._alone(one) for one in questions]

    def _together(self, questions: Sequence[Question]) -> list[Answered]:
        try:
            return list(self._detector.detect_many(questions))
        except Exception:  # one of them: which one is seen when each is asked alone
            return [self._alone(one) for one in questions]

    def _alone(self, one: Question) -> Answered:
        try:
            return self._detector.detect_many([one])[0]
        except Exception as failed:  # fail closed, and never with a message that may quote the text
            return LineError(f"redact: detection did not finish ({type(failed).__name__})", _FAILED)

    def _told(self, line: Line, text: str, answered: Answered) -> dict[str, Any]:
        if isinstance(answered, LineError):
            return self._refused(line, answered)
        self._summary.read += 1
        self._summary.answered["texts"] += 1
        self._summary.found.update(span.entity_type for span in answered)
        return {"text": Placeholders((text,)).apply(text, answered), "spans": [_shown(span) for span in answered]}

    def _refused(self, line: Line, failed: LineError) -> dict[str, Any]:
        self._summary.read += 1
        self._summary.held_back[failed.rule] += 1
        return error(line.number, failed)


def question(given: dict[str, Any], country: str | None) -> Question:
    """What a line asks; LineError when it does not ask it properly. `country`: where the line names none."""
    known = tuple(KnownValue(_whole(one.value), one.entity_type) for one in known_values(given.get("known")))
    named = given.get("country") or country
    if named is not None and not (isinstance(named, str) and _COUNTRY.fullmatch(named.strip().upper())):
        raise LineError("input: country is no country code", 'write two letters of ISO 3166-1, such as "NL"')
    language = given.get("language") or None
    if language is not None and not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
        raise LineError("input: language is no language code", 'write a code of ISO 639-1, such as "nl"')
    return Question(
        _whole(_text(given)),
        re.split("[-_]", language)[0].lower() if language else None,
        named.strip().upper() if named else None,
        known,
    )


def _text(given: dict[str, Any]) -> str:
    if not isinstance(text := given.get("text"), str):
        raise LineError("input: the line has no text", 'write {"text": "..."}')
    return text


def _whole(text: str) -> str:
    """Lone halves of surrogate pairs are no characters: one replacement stands for each, so that places stay."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def _shown(span: Span) -> dict[str, Any]:
    return {
        "start": span.start,
        "end": span.end,
        "entity": span.entity_type,
        "score": span.score,
        "detector": span.detector,
    }
