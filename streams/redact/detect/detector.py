"""The one door to detection: texts in, disjoint spans out."""

from collections.abc import Iterable, Sequence
from typing import Literal

from streams.redact.detect.chunks import joined, parted
from streams.redact.detect.covers import covered, uncovered
from streams.redact.detect.patterns import Patterns
from streams.redact.detect.question import NameFinder, Question
from streams.redact.detect.reading.read import read
from streams.redact.detect.reading.view import View
from streams.redact.detect.resolve import resolve
from streams.redact.detect.spans import Span
from streams.redact.detect.strict import unknown_words
from streams.redact.detect.version import detector_version
from streams.redact.ner.model import name_model
from streams.redact.placeholders import PLACEHOLDER
from streams.redact.values import KnownValue


class Detector:
    """Finds personal data in free text of nine languages: patterns, known values, and a model for names.

    Safe to share between threads. Raises TimeoutError or UnsettledError: the caller fails closed.
    """

    def __init__(self, names: NameFinder | Literal["own"] | None = "own", models: str = "") -> None:
        """`names`: "own" for the model that comes with Inland, None for patterns and known values alone.

        `models`: what else `names` holds, for the version.
        """
        self._models = models
        self._patterns = Patterns()
        self._names: NameFinder | None = name_model() if names == "own" else names

    @property
    def version(self) -> str:
        """Changes with any word list, pattern, model, configuration or code of detection."""
        return detector_version(names=self._names is not None, models=self._models)

    def detect(
        self, text: str, *, language: str | None = None, country: str | None = None, known: Iterable[KnownValue] = ()
    ) -> tuple[Span, ...]:
        """Spans of personal data, in order, disjoint, none inside a placeholder."""
        return self.detect_many([Question(text, language, country, tuple(known))])[0]

    def detect_many(self, questions: Sequence[Question]) -> list[tuple[Span, ...]]:
        """The same for many texts at once, which costs less for each."""
        parts = [parted(one) for one in questions]
        answers = iter(self._answers([part for some in parts for _, part in some]))
        return [
            joined(some, [next(answers) for _ in some], one.text) for some, one in zip(parts, questions, strict=True)
        ]

    def _answers(self, questions: Sequence[Question]) -> list[tuple[Span, ...]]:
        views = [_reading(one.text) for one in questions]
        named = self._names.find([view.text for view in views]) if self._names else [()] * len(views)
        return [self._answer(*one) for one in zip(questions, views, named, strict=True)]

    def _answer(self, question: Question, view: View, named: tuple[Span, ...]) -> tuple[Span, ...]:
        spans = self._patterns.find(view.text, question)
        spans = resolve((*spans, *uncovered(named, spans, view.text)), view.text)
        strange = unknown_words(view.text, question.language, spans)
        if strange:
            spans = resolve((*spans, *uncovered(strange, spans, view.text)), view.text)
        return resolve(map(view.back, spans), question.text)


def _reading(text: str) -> View:
    view = covered(View(text), [match.span() for match in PLACEHOLDER.finditer(text)]) if "<" in text else View(text)
    return read(view)
