"""Patterns and known values over one text: each finds, what is found is covered, until nothing more is found."""

from collections.abc import Iterator, Sequence

from presidio_analyzer import EntityRecognizer

from streams.redact.detect.covers import bare, covered
from streams.redact.detect.gates import opened
from streams.redact.detect.known.recognizer import KnownValuesRecognizer
from streams.redact.detect.presidio import may_find, registry, results_of
from streams.redact.detect.question import Question
from streams.redact.detect.reading.view import View
from streams.redact.detect.recognizers.accounts import CardRecognizer, IbanRecognizer
from streams.redact.detect.recognizers.addresses import AddressRecognizer
from streams.redact.detect.recognizers.births import BirthRecognizer
from streams.redact.detect.recognizers.contact import EmailRecognizer, LinkRecognizer
from streams.redact.detect.recognizers.identities import IdentityRecognizer
from streams.redact.detect.recognizers.phones import may_hold_phone, phones_of
from streams.redact.detect.recognizers.signatures import SignatureRecognizer
from streams.redact.detect.recognizers.titles import TitleRecognizer
from streams.redact.detect.resolve import resolve
from streams.redact.detect.spans import Span
from streams.redact.detect.words.languages import regions

# Taking a value out can make its neighbour recognisable; each round covers more, so few are ever needed.
_MAX_ROUNDS = 8

_OWN = (
    EmailRecognizer,
    LinkRecognizer,
    IbanRecognizer,
    CardRecognizer,
    IdentityRecognizer,
    BirthRecognizer,
    AddressRecognizer,
    SignatureRecognizer,
    TitleRecognizer,
)


class UnsettledError(Exception):
    """Detection did not come to rest: the text must be held back."""


class Patterns:
    """All recognizers that need the text and the record alone."""

    def __init__(self) -> None:
        self._recognizers: tuple[EntityRecognizer, ...] = tuple(registry([one() for one in _OWN]).recognizers)

    def find(self, text: str, question: Question) -> tuple[Span, ...]:
        """Spans of the text, in order, disjoint. `question`: where the text comes from, with its hints."""
        recognizers = self._recognizers
        if question.known:
            recognizers = (*recognizers, KnownValuesRecognizer(question.known, question.country))
        if may_hold_phone(text):
            recognizers = (*recognizers, phones_of(regions(text, question.language, question.country)))
        view = View(text)
        spans: tuple[Span, ...] = ()
        for _ in range(_MAX_ROUNDS):
            more = [view.back(span) for span in resolve(_results(recognizers, view.text), view.text)]
            if not more:
                return spans
            spans = resolve((*spans, *more), text)
            view = covered(View(text), [(one.start, one.end) for one in spans])
        raise UnsettledError(f"still finding after {_MAX_ROUNDS} rounds")


def _results(recognizers: Sequence[EntityRecognizer], text: str) -> Iterator[Span]:
    open_gates = opened(text)
    for recognizer in recognizers:
        if not may_find(recognizer, open_gates):
            continue
        detector = type(recognizer).__name__
        for result in results_of(recognizer, text):
            yield from bare(Span(result.start, result.end, result.entity_type, float(result.score), detector), text)
