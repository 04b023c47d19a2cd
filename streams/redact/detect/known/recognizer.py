"""Finds a subject's own values in a text, however they are written: folded, many at once (Aho-Corasick).

Words are compared in one view (case, accents, punctuation folded), numbers in another (letters and digits only).
"""

from collections.abc import Iterable, Iterator

import ahocorasick
from presidio_analyzer import RecognizerResult

from streams.redact.detect.known.folded import Folded, tight_view, words_view
from streams.redact.detect.known.writings import Writing, writings
from streams.redact.detect.scan import ShopRecognizer
from streams.redact.values import KnownValue

_WORDS = ("person", "email", "phone", "street_address", "city", "postcode", "organisation", "username")
_NUMBERS = ("iban", "account", "credential", "ip_address", "date_of_birth")
# Digits of a country code and a trunk prefix before those that are looked for.
_MAX_PHONE = 16
_MAX_PHONE_GAP = 3


class KnownValuesRecognizer(ShopRecognizer):
    """Everything that the record itself, or the subject's other records, hold in annotated fields."""

    entities = (*_WORDS, *_NUMBERS)

    def __init__(self, known: Iterable[KnownValue], country: str | None = None) -> None:
        """`country`: how phone numbers without a prefix are read."""
        super().__init__()
        found: dict[tuple[str, str], Writing] = {}
        for value in known:
            for one in writings(value, country):
                # Of two values written alike the one that asks for less counts.
                before = found.get((one.where, one.key))
                if before is None or before.capital:
                    found[one.where, one.key] = one
        self._words = _automaton(one for one in found.values() if one.where == "words")
        self._numbers = _automaton(one for one in found.values() if one.where == "numbers")
        self._phones = _automaton(one for one in found.values() if one.where == "phones")

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """Whole words and whole numbers only."""
        if self._words is not None:
            yield from self._find_words(text, self._words)
        if self._numbers is not None or self._phones is not None:
            view = tight_view(text)
            if self._numbers is not None:
                yield from self._find_numbers(text, view, self._numbers)
            if self._phones is not None:
                yield from self._find_phones(text, view, self._phones)

    def _find_words(self, text: str, words: ahocorasick.Automaton) -> Iterator[RecognizerResult]:
        view = words_view(text)
        for last, one in words.iter(view.text):
            # The spaces around the word belong to the pattern, not to the value.
            start, end = view.span(last - len(one.key) + 2, last)
            if not one.capital or text[start].isupper():
                yield self.hit(start, end, one.entity, 1.0)

    def _find_numbers(self, text: str, view: Folded, numbers: ahocorasick.Automaton) -> Iterator[RecognizerResult]:
        for last, one in numbers.iter(view.text):
            start, end = view.span(last - len(one.key) + 1, last + 1)
            if stands_alone(text, start, end) and (not one.capital or text[end + 1 : end + 2].isupper()):
                yield self.hit(start, end, one.entity, 1.0)

    def _find_phones(self, text: str, view: Folded, phones: ahocorasick.Automaton) -> Iterator[RecognizerResult]:
        for last, one in phones.iter(view.text):
            start, end = phone_span(text, view, last - len(one.key) + 1, last)
            if stands_alone(text, start, end):
                yield self.hit(start, end, "phone", 1.0)


def _automaton(ways: Iterable[Writing]) -> ahocorasick.Automaton | None:
    automaton = ahocorasick.Automaton()
    for one in ways:
        automaton.add_word(one.key, one)
    if not len(automaton):
        return None
    automaton.make_automaton()
    return automaton


def phone_span(text: str, view: Folded, first: int, last: int) -> tuple[int, int]:
    """Where the number stands whose significant digits are first..last of the tight view, prefixes included."""
    start, end = view.span(first, last + 1)
    while first and last - first < _MAX_PHONE and view.text[first - 1].isdigit():
        before, gap = view.span(first - 1, first)
        if start - gap > _MAX_PHONE_GAP:
            break
        first, start = first - 1, before
    if text[start - 1 : start] in ("+", "("):
        start -= 2 if text[start - 2 : start] == "+(" else 1
    return start, end


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether neither letter nor digit touches start..end of the text."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return not before.isalnum() and not after.isalnum()
