"""The one door to detection: a text in, disjoint spans out."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from presidio_analyzer import EntityRecognizer, RecognizerResult

from streams.redact.detect.accounts import IbanRecognizer
from streams.redact.detect.addresses import AddressRecognizer
from streams.redact.detect.births import BirthRecognizer
from streams.redact.detect.contact import EmailRecognizer, LinkRecognizer
from streams.redact.detect.cues import cues
from streams.redact.detect.identities import IdentityRecognizer
from streams.redact.detect.known import KnownValuesRecognizer
from streams.redact.detect.names import NameRecognizer
from streams.redact.detect.phones import phones_of
from streams.redact.detect.presidio import registry, results_of
from streams.redact.detect.resolve import resolve
from streams.redact.detect.scan import COVER
from streams.redact.detect.spans import Span
from streams.redact.detect.tokens import languages, words
from streams.redact.placeholders import PLACEHOLDER
from streams.redact.values import KnownValue

# Taking a value out can make its neighbour recognisable; each round covers more, so few are ever needed.
_MAX_ROUNDS = 8


class UnsettledError(Exception):
    """Detection did not come to rest: the text must be held back."""


class Detector:
    """Finds personal data in free text of eleven languages, without a language model.

    Pure and without state between calls; safe to share. Raises TimeoutError or UnsettledError: the caller fails closed.
    """

    def __init__(self) -> None:
        own = (EmailRecognizer, LinkRecognizer, IbanRecognizer, IdentityRecognizer, BirthRecognizer, AddressRecognizer)
        self._recognizers: tuple[EntityRecognizer, ...] = tuple(
            registry([*(one() for one in own), NameRecognizer()]).recognizers
        )

    @property
    def version(self) -> str:
        """Changes with any word list, pattern, configuration or code of detection."""
        return detector_version()

    def detect(
        self, text: str, *, language: str | None = None, country: str | None = None, known: Iterable[KnownValue] = ()
    ) -> tuple[Span, ...]:
        """Spans of personal data, in order, disjoint, none inside a placeholder.

        `language` (ISO 639-1) and `country` (ISO 3166-1 alpha-2) are hints for phone numbers; both may be missing.
        """
        extra = [KnownValuesRecognizer(known, country), phones_of(_regions(text, language, country))]
        recognizers = (*self._recognizers, *extra)
        view = _View.of(text)
        spans: tuple[Span, ...] = ()
        for _ in range(_MAX_ROUNDS):
            more = [view.back(span) for span in resolve(_results(recognizers, view.text), view.text)]
            if not more:
                return spans
            spans = resolve((*spans, *more), text)
            view = _View.of(text, spans)
        raise UnsettledError(f"still finding after {_MAX_ROUNDS} rounds")


class _View:
    """A text with placeholders and found spans each replaced by one cover character."""

    def __init__(self, text: str, positions: list[int]) -> None:
        self.text = text
        self._positions = positions

    @classmethod
    def of(cls, text: str, spans: Sequence[Span] = ()) -> "_View":
        covers = sorted(
            [(match.start(), match.end()) for match in PLACEHOLDER.finditer(text)]
            + [(one.start, one.end) for one in spans]
        )
        if not covers:
            return cls(text, [])
        pieces: list[str] = []
        positions: list[int] = []
        at = 0
        for start, end in covers:
            pieces += (text[at:start], COVER)
            positions += (*range(at, start), start)
            at = end
        pieces.append(text[at:])
        positions += range(at, len(text))
        return cls("".join(pieces), positions)

    def back(self, span: Span) -> Span:
        """The span in the text that this is a view of."""
        if not self._positions:
            return span
        return Span(
            self._positions[span.start], self._positions[span.end - 1] + 1, span.entity_type, span.score, span.detector
        )


def _results(recognizers: Sequence[EntityRecognizer], text: str) -> list[Span]:
    return [
        span
        for recognizer in recognizers
        for result in results_of(recognizer, text)
        for span in _spans(result, type(recognizer).__name__, text)
    ]


def _spans(result: RecognizerResult, detector: str, text: str) -> list[Span]:
    """The result without what is covered already; a result over a cover falls into the pieces around it."""
    pieces: list[Span] = []
    at = result.start
    for part in text[result.start : result.end].split(COVER):
        bare = part.strip()
        if bare:
            start = at + part.index(bare)
            pieces.append(Span(start, start + len(bare), result.entity_type, float(result.score), detector))
        at += len(part) + 1
    return pieces


def _regions(text: str, language: str | None, country: str | None) -> tuple[str, ...]:
    """The record's country first, then where the text's languages are spoken."""
    spoken = [language] if language else languages(words(text))[:2]
    regions = [country] if country else []
    return tuple(dict.fromkeys([*regions, *(region for one in spoken for region in cues().regions.get(one, ()))]))


@cache
def detector_version() -> str:
    """Hash of this folder: code, word lists, lexicon, configuration."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.iterdir()):
        if path.suffix in (".py", ".yaml", ".gz"):
            digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
