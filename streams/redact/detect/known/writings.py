"""Every way in which a known value may be written, as patterns to look for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from streams.redact.detect.known.folded import words_view
from streams.redact.detect.reading.read import read
from streams.redact.detect.reading.view import View
from streams.redact.detect.recognizers.phones import significant_digits
from streams.redact.detect.words.fold import fold, spellings, tight
from streams.redact.detect.words.tokens import PARTICLES, words
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
_ISO_DATE = re.compile(r"^(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[T ].*)?$")
_DAY_FIRST = re.compile(r"^(?P<day>\d{1,2})[-./ ](?P<month>\d{1,2})[-./ ](?P<year>\d{4})$")
_TRIVIAL = re.compile(r"^(?:yes|no|true|false|null|none|\d{1,5}|\d+[.,]\d+|[a-z_]+)$")


@dataclass(frozen=True, slots=True, repr=False)
class Writing:
    """One way. ``key``: folded, as in the view of words, or of letters and digits alone (numbers, phones).

    ``capital``: counts only where the text has a capital there (for a postcode: behind it).
    """

    where: Literal["words", "numbers", "phones"]
    key: str
    entity: str
    capital: bool = False


@lru_cache(maxsize=1024)
def writings(known: KnownValue, country: str | None) -> tuple[Writing, ...]:
    """All writings of a value; none where it tells nobody from anybody else. `country`: whose phone numbers.

    A subject's events come in bursts: the last values' writings are kept in memory, and nowhere else.
    """
    return tuple(_writings(known, country))


def _writings(known: KnownValue, country: str | None) -> Iterator[Writing]:
    value = read(View(known.value)).text.strip()
    if not value or len(value) > _MAX_VALUE or " ".join(fold(value).split()) in _NOBODY:
        return
    kind = _kind(value) if known.entity_type in ("unknown", "subject") else known.entity_type
    match kind:
        case "person":
            yield from _person(value)
        case "phone":
            yield from _phone(value, country)
        case "postcode":
            yield from _number(value, "postcode", capital=len(tight(value)) < _MIN_LONE_POSTCODE)
        case "organisation":
            yield from _word(value, "organisation")
            yield from _word(
                " ".join(part for part in value.split() if tight(part) not in _LEGAL_FORMS), "organisation"
            )
        case "street_address":
            yield from _street(value)
        case "city":
            yield from _word(value, "city", capital=True, at_least=4)
            yield from _word(re.sub(r"\s(?:\d{1,2}|[A-Z]{1,2})$", "", value), "city", capital=True, at_least=4)
        case "date_of_birth":
            yield from _date(value)
        case "email" | "username" | "ip_address" | "url":
            yield from _word(value, kind)
        case "device":
            yield from _number(value, "account")
        case None:
            return
        case _:
            yield from _number(value, kind)


def _person(name: str) -> Iterator[Writing]:
    parts = [part for part in re.split(r"[\s,]+", name) if tight(part)]
    yield from _word(" ".join(parts), "person")
    if len(parts) > 1:
        yield from _word(" ".join([*parts[1:], parts[0]]), "person")
        yield from _word(" ".join([parts[0][0], *parts[1:]]), "person")
        yield from _word(" ".join([*parts[1:], parts[0][0]]), "person")
        yield from _word("".join(parts), "person", at_least=6)
    for part in parts:
        if fold(part) in PARTICLES:
            continue
        # A name that is a word, too (`Jong`, `Rose`), counts only where it is written as a name.
        word = words(part)
        yield from _word(part, "person", capital=len(tight(part)) < 4 or not word or word[0].common)
        yield from _word(tight(part), "person", at_least=6, capital=True)


def _phone(written: str, country: str | None) -> Iterator[Writing]:
    digits = significant_digits(written, country)
    if len(digits) > _MIN_NUMBER:
        yield Writing("phones", digits, "phone")


def _street(street: str) -> Iterator[Writing]:
    yield from _word(street, "street_address", at_least=5)
    yield from _word(street.split(",", maxsplit=1)[0], "street_address", at_least=5)
    without = re.sub(
        r"^\d+\s?(?:bis|ter|[a-zA-Z])?\s+|\s+(?:n[º°.]?\s?)?\d[\w\s/.-]*$", "", street.split(",", maxsplit=1)[0]
    )
    yield from _word(without, "street_address", capital=True, at_least=7)


def _date(value: str) -> Iterator[Writing]:
    match = _ISO_DATE.match(value) or _DAY_FIRST.match(value)
    if not match:
        return
    year, month, day = match.group("year"), match.group("month"), match.group("day")
    for first, second in ((day, month), (month, day)):
        for one, two in ((first.zfill(2), second.zfill(2)), (first.lstrip("0"), second.lstrip("0"))):
            yield from _word(f"{one} {two} {year}", "date_of_birth")
    yield from _word(f"{year} {month} {day}", "date_of_birth")


def _word(value: str, entity: str, *, capital: bool = False, at_least: int = _MIN_WORD) -> Iterator[Writing]:
    for spelling in spellings(value):
        folded = words_view(spelling).text
        if len(folded) - 2 >= at_least:
            yield Writing("words", folded, entity, capital)


def _number(value: str, entity: str, *, capital: bool = False) -> Iterator[Writing]:
    compact = tight(value)
    if len(compact) >= _MIN_NUMBER or (entity == "postcode" and len(compact) >= 4):
        yield Writing("numbers", compact, entity, capital)


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
