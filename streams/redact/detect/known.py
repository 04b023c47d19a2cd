"""Finds a subject's own values in a text, however they are written: folded, many at once (Aho-Corasick).

Words are compared in one view (case, accents, punctuation folded), numbers in another (letters and digits only).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ahocorasick
from presidio_analyzer import RecognizerResult

from streams.redact.detect.fold import Folded, fold, spellings, tight, tight_view, words_view
from streams.redact.detect.phones import significant_digits
from streams.redact.detect.scan import ShopRecognizer
from streams.redact.detect.tokens import PARTICLES, words
from streams.redact.values import KnownValue

# What stands in a name field of a shop and is nobody's name.
_NOBODY = frozenset(
    {
        "",
        "woocommerce",
        "wordpress",
        "system",
        "admin",
        "administrator",
        "guest",
        "gast",
        "support",
        "shop manager",
        "customer",
        "n a",
        "na",
    }
)
_LEGAL_FORMS = frozenset(
    [
        "bv",
        "nv",
        "vof",
        "gmbh",
        "ag",
        "kg",
        "ohg",
        "ug",
        "sarl",
        "sas",
        "sa",
        "srl",
        "spa",
        "sl",
        "slu",
        "ltd",
        "limited",
        "llc",
        "plc",
        "inc",
        "ab",
        "oy",
        "oyj",
        "as",
        "aps",
        "lda",
        "zoo",
        "sro",
        "kft",
        "co",
    ]
)
_MIN_NUMBER, _MIN_WORD, _MIN_LONE_POSTCODE = 5, 3, 5
_MAX_VALUE = 300
_WORDS = ("person", "email", "phone", "street_address", "city", "postcode", "organisation", "username")
_NUMBERS = ("iban", "account", "credential", "ip_address", "date_of_birth")
_ISO_DATE = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$")
_TRIVIAL = re.compile(r"^(?:yes|no|true|false|null|none|\d{1,5}|\d+[.,]\d+|[a-z_]+)$")


@dataclass(frozen=True, slots=True, repr=False)
class _Pattern:
    entity: str
    length: int
    capital: bool = False  # the original must begin with a capital


class KnownValuesRecognizer(ShopRecognizer):
    """Everything that the record itself, or the subject's other records, hold in annotated fields."""

    entities = (*_WORDS, *_NUMBERS)

    def __init__(self, known: Iterable[KnownValue], country: str | None = None) -> None:
        """`country`: how phone numbers without a prefix are read."""
        super().__init__()
        self._country = country
        self._words = ahocorasick.Automaton()
        self._numbers = ahocorasick.Automaton()
        self._phones = ahocorasick.Automaton()
        for value in known:
            self._learn(value)
        for automaton in (self._words, self._numbers, self._phones):
            if len(automaton):
                automaton.make_automaton()

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """Whole words and whole numbers only."""
        if len(self._words):
            yield from self._find_words(text)
        if len(self._numbers) or len(self._phones):
            view = tight_view(text)
            if len(self._numbers):
                yield from self._find_numbers(text, view)
            if len(self._phones):
                yield from self._find_phones(text, view)

    def _find_words(self, text: str) -> Iterator[RecognizerResult]:
        view = words_view(text)
        for last, pattern in self._words.iter(view.text):
            # The spaces around the word belong to the pattern, not to the value.
            start, end = view.span(last - pattern.length + 2, last)
            if not pattern.capital or text[start].isupper():
                yield self.hit(start, end, pattern.entity, 1.0)

    def _find_numbers(self, text: str, view: Folded) -> Iterator[RecognizerResult]:
        for last, pattern in self._numbers.iter(view.text):
            start, end = view.span(last - pattern.length + 1, last + 1)
            if _stands_alone(text, start, end) and (not pattern.capital or text[end + 1 : end + 2].isupper()):
                yield self.hit(start, end, pattern.entity, 1.0)

    def _find_phones(self, text: str, view: Folded) -> Iterator[RecognizerResult]:
        for last, pattern in self._phones.iter(view.text):
            first = last - pattern.length + 1
            _, end = view.span(first, last + 1)
            # Country code and trunk prefix stand before the digits that were looked for.
            while (
                first
                and view.text[first - 1].isdigit()
                and view.starts[first] - view.ends[first - 1] <= 3
                and last - first < 16
            ):
                first -= 1
            start = view.starts[first]
            if text[start - 1 : start] in ("+", "("):
                start -= 2 if text[start - 2 : start] == "+(" else 1
            if _stands_alone(text, start, end):
                yield self.hit(start, end, "phone", 1.0)

    def _learn(self, known: KnownValue) -> None:
        value = known.value.strip()
        if not value or len(value) > _MAX_VALUE or " ".join(fold(value).split()) in _NOBODY:
            return
        kind = _kind(value) if known.entity_type in ("unknown", "subject") else known.entity_type
        match kind:
            case "person":
                self._learn_person(value)
            case "phone":
                self._learn_phone(value)
            case "postcode":
                self._number(value, "postcode", capital=len(tight(value)) < _MIN_LONE_POSTCODE)
            case "organisation":
                self._word(value, "organisation")
                self._word(" ".join(part for part in value.split() if tight(part) not in _LEGAL_FORMS), "organisation")
            case "street_address":
                self._learn_street(value)
            case "city":
                self._word(value, "city", capital=True, at_least=4)
                self._word(re.sub(r"\s(?:\d{1,2}|[A-Z]{1,2})$", "", value), "city", capital=True, at_least=4)
            case "date_of_birth":
                self._learn_date(value)
            case "iban" | "account" | "credential" | "device":
                self._number(value, "account" if kind == "device" else kind)
            case "email" | "username" | "ip_address":
                self._word(value, kind)
            case _:
                pass

    def _learn_person(self, name: str) -> None:
        parts = [part for part in re.split(r"[\s,]+", name) if tight(part)]
        self._word(" ".join(parts), "person")
        if len(parts) > 1:
            self._word(" ".join([*parts[1:], parts[0]]), "person")
            self._word(" ".join([parts[0][0], *parts[1:]]), "person")
            self._word(" ".join([*parts[1:], parts[0][0]]), "person")
            self._word("".join(parts), "person", at_least=6)
        for part in parts:
            if fold(part) in PARTICLES:
                continue
            # A name that is a word, too (`Jong`, `Rose`), counts only where it is written as a name.
            word = words(part)
            self._word(part, "person", capital=len(tight(part)) < 4 or not word or word[0].common)
            self._word(tight(part), "person", at_least=6, capital=True)

    def _learn_phone(self, written: str) -> None:
        digits = significant_digits(written, self._country)
        if len(digits) > _MIN_NUMBER:
            self._phones.add_word(digits, _Pattern("phone", len(digits)))

    def _learn_street(self, street: str) -> None:
        self._word(street, "street_address", at_least=5)
        self._word(street.split(",", maxsplit=1)[0], "street_address", at_least=5)
        without = re.sub(
            r"^\d+\s?(?:bis|ter|[a-zA-Z])?\s+|\s+(?:n[º°.]?\s?)?\d[\w\s/.-]*$", "", street.split(",", maxsplit=1)[0]
        )
        self._word(without, "street_address", capital=True, at_least=7)

    def _learn_date(self, value: str) -> None:
        match = _ISO_DATE.match(value)
        if not match:
            return
        year, month, day = match.groups()
        for first, second in ((day, month), (month, day)):
            for one, two in ((first.zfill(2), second.zfill(2)), (first.lstrip("0"), second.lstrip("0"))):
                self._word(f"{one} {two} {year}", "date_of_birth")
        self._word(f"{year} {month} {day}", "date_of_birth")

    def _word(self, value: str, entity: str, *, capital: bool = False, at_least: int = _MIN_WORD) -> None:
        for spelling in spellings(value):
            folded = words_view(spelling).text
            if len(folded) - 2 >= at_least:
                self._words.add_word(folded, _Pattern(entity, len(folded), capital))

    def _number(self, value: str, entity: str, *, capital: bool = False) -> None:
        compact = tight(value)
        if len(compact) >= _MIN_NUMBER or (entity == "postcode" and len(compact) >= 4):
            self._numbers.add_word(compact, _Pattern(entity, len(compact), capital))


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return not before.isalnum() and not after.isalnum()


def _kind(value: str) -> str | None:
    """What a plugin's value is, from its shape; None when it tells nobody from anybody else."""
    compact = tight(value)
    if _TRIVIAL.match(value) or len(compact) < _MIN_NUMBER or value[0] in "{[" or "://" in value:
        return None
    if _ISO_DATE.match(value):
        return "date_of_birth"
    if "@" in value:
        return "email" if " " not in value else None
    if value[0] == "+" or (value[0] == "0" and compact.isdigit()):
        return "phone"
    found = words(value)
    if 1 < len(found) <= 5 and not any(letter.isdigit() for letter in value):
        names = [word for word in found if word.capital and not word.common]
        return "person" if names and all(word.capital or word.particle for word in found) else None
    digits = sum(map(str.isdigit, compact))
    if (digits >= _MIN_NUMBER and " " not in value.strip()) or digits >= 8:
        return "iban" if compact[:2].isalpha() and compact[2:4].isdigit() and len(compact) > 14 else "account"
    return None
