"""Phone numbers: phonenumbers decides in the regions that come into question, announcing words where it cannot."""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

import phonenumbers
from presidio_analyzer import RecognizerResult

from streams.redact.detect.recognizers.dialling import may_be_number
from streams.redact.detect.scan import Expression, Match, ShopRecognizer
from streams.redact.detect.words.cues import cues
from streams.redact.detect.words.fold import fold

_CANDIDATE = Expression(
    r"""
    (?: (?<![\w+]) (?=\+) | (?<![\w.,+]) (?=00[1-9]) | (?<![\w.,/€$£#-]) (?<![€$£#]\s) )
    (?: \+ \s? | 00 \s? )? \(? \d (?: [\s\u00a0()./–-]{0,3} \d ){4,18} (?! \w )
    """,
    gate=r"(?:[0-9][\s()./\xc2\xa0\xe2\x80\x93-]{0,9}){4}[0-9]",
)
# What follows an amount of money, a share, or a decimal number.
_AMOUNT = Expression(r"\s?(?: [€%] | EUR\b | GBP\b | euro\b | zł\b ) | [.,]\d")
_DATE = Expression(
    r"""
        (?: \d{1,2} [-./\s] \d{1,2} [-./\s] (?:\d{2}|\d{4}) | \d{4} [-./] \d{1,2} (?: [-./] \d{1,2} )? ) (?: \s
        \d{1,2} )?
    """
)
# What may stand between a word for the shop's own numbers and the number: `order nr. 12`, `factuur: #12`.
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_NUMBER_WORDS = frozenset({"nr", "no", "num", "id", "number", "nummer", "code"})
_REACH, _ANNOUNCED_REACH, _MAX_LINK = 40, 24, 5
_BROKEN = re.compile(r"[\d\n]")
_GROUPED = Expression(r"0 \d{1,4} [\s/().–-]{1,3} \d (?: [\s().–-]{0,2} \d ){4,9}")
_GAPS = re.compile(r"(?<=\d)[\s().–-]+(?=\d)")
_SPACES = re.compile(r"(?<=[\d)])\s+(?=[\d(])")
_MIN_DIGITS, _MAX_DIGITS, _MAX_GROUPS = 6, 15, 5
# A text with more numbers than this is no text: it is held back.
_MAX_CANDIDATES = 2000


def may_hold_phone(text: str) -> bool:
    """False is certain: there is no phone number in the text."""
    return _CANDIDATE.may_match(text)


def shops_own(text: str, start: int) -> bool:
    """Whether a word right before says that the number at `start` is the shop's: of an order, an invoice, a parcel."""
    before = text[max(0, start - _REACH) : start]
    bare = before.rstrip(" \u00a0\n#№").rstrip(".:°").rstrip()
    if "#" in before[len(bare) :] or "№" in before[len(bare) :]:
        return True
    if len(before) - len(bare) > _MAX_LINK:
        return False
    words = [fold(word) for word in _WORD.findall(bare)[-2:]]
    if not words or not bare[-1].isalnum():
        return False
    return words[-1] in cues().own_numbers or (
        words[-1] in _NUMBER_WORDS and len(words) > 1 and words[0] in cues().own_numbers
    )


def _announced(text: str, start: int) -> bool:
    """Whether a word for telephones stands before the number at `start`, nothing but words between."""
    before = text[max(0, start - _REACH) : start]
    return any(
        fold(match.group()) in cues().phone_words
        and len(before) - match.end() <= _ANNOUNCED_REACH
        and not _BROKEN.search(before, match.end())
        for match in _WORD.finditer(before)
    )


class PhoneRecognizer(ShopRecognizer):
    """Numbers of the given regions, and international ones of any."""

    entities = ("phone",)

    def __init__(self, regions: Sequence[str]) -> None:
        """`regions`: ISO 3166-1 alpha-2, the most likely first."""
        super().__init__()
        self._regions = tuple(regions)

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """Tracking, order and invoice numbers, dates and prices are not taken."""
        if not _CANDIDATE.may_match(text):
            return
        at = own_until = 0
        for _ in range(_MAX_CANDIDATES):
            match = _CANDIDATE.first(text, at)
            if match is None:
                return
            start, end = match.start(), match.end()
            if shops_own(text, start) and not _dialled_abroad(match.group()):
                # The shop's number ends somewhere in here; what stands behind it must be a number beyond doubt.
                at, own_until = _next_group(match), end
                continue
            found = self._best(text, match, sure=start < own_until)
            if found:
                opened = text[start] == "(" and ")" not in text[start : found[0]]
                yield self.hit(start + opened, found[0], "phone", found[1])
            at = found[0] if found else _next_group(match)
        raise TimeoutError("too many numbers in one text")

    def _best(self, text: str, match: Match, *, sure: bool) -> tuple[int, float] | None:
        """End and score of the candidate, or of its longest front part that can be a number, when part of it is one.

        Where the whole may be one number it is covered whole: a group too many does no harm, one too few does.
        """
        start = match.start()
        abroad = _dialled_abroad(match.group())
        if not abroad and _AMOUNT.at(text, match.end()):
            return None
        announced = _announced(text, start)
        ends = [end for end in _ends(match) if _plausible(text[start:end])]
        for end in ends:
            written = text[start:end]
            score = self._sure(written, announced=announced) or (
                0.0 if sure else self._guess(written, announced=announced)
            )
            if score:
                return ends[0], score
        return None

    def _sure(self, written: str, *, announced: bool) -> float:
        valid = any(_valid(written, region) for region in self._regions or (None,)) or _dialled_abroad(written)
        return (0.95 if announced else 0.8) if valid else 0.0

    def _guess(self, written: str, *, announced: bool) -> float:
        digits = sum(map(str.isdigit, written))
        if written.lstrip("( ").startswith(("+", "00")):
            return 0.9 if digits > 7 else 0.0
        if announced:
            return 0.7
        if len(_GAPS.findall(written)) in (2, 3, 4) and any(_valid(written, region) for region in _all_regions()):
            return 0.55
        return 0.6 if digits >= 9 and _GROUPED.whole(written.lstrip("(")) else 0.0


def _dialled_abroad(written: str) -> bool:
    """With a plus; or with 00, when that makes a valid number: a parcel's number begins with zeros, too."""
    bare = written.lstrip("( ")
    return bare.startswith("+") or (bare.startswith("00") and _valid("+" + bare[2:], None))


def _plausible(written: str) -> bool:
    return _MIN_DIGITS <= sum(map(str.isdigit, written)) <= _MAX_DIGITS and not _DATE.whole(written)


def _ends(match: Match) -> Iterator[int]:
    """Where the number may end: at the candidate's end, or before one of its last groups."""
    yield match.end()
    for gap in reversed([*_SPACES.finditer(match.group())][-_MAX_GROUPS:]):
        yield match.start() + gap.start()


def _next_group(match: Match) -> int:
    """Start of the candidate's second group, or its end."""
    gap = _SPACES.search(match.group())
    return match.start() + gap.end() if gap else match.end()


@cache
def _all_regions() -> tuple[str, ...]:
    return tuple(dict.fromkeys(region for regions in cues().regions.values() for region in regions))


# A number is asked about for each of its readings, and again in each round.
@lru_cache(maxsize=64)
def _valid(written: str, region: str | None) -> bool:
    if region is not None and "+" not in written and not may_be_number(_digits(written), region):
        return False
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)


def _digits(written: str) -> str:
    return "".join(filter(str.isdigit, written))


@lru_cache(maxsize=256)
def phones_of(regions: tuple[str, ...]) -> PhoneRecognizer:
    """One recognizer for each set of regions."""
    return PhoneRecognizer(regions)


def significant_digits(written: str, region: str | None) -> str:
    """The digits that stay whichever way a number is dialled: no country code, no trunk prefix, no separators."""
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return _digits(written).lstrip("0")
    return str(number.national_number)
