"""Phone numbers: phonenumbers decides in the regions that come into question, announcing words where it cannot."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import phonenumbers
from presidio_analyzer import RecognizerResult

from streams.redact.detect.cues import cues
from streams.redact.detect.scan import Expression, Match, ShopRecognizer, any_of

_CANDIDATE = Expression(
    r"""
        (?<![\w.,/€$£#-]) (?<![€$£#]\s) (?: \+ \s? | 00 \s? )? \(? \d (?: [\s\u00a0()./–-]{0,3} \d ){4,18} (?!
        [\w%€] | [.,]\d | \s?(?:€|EUR\b) )
    """
)
_DATE = Expression(
    r"""
        (?: \d{1,2} [-./\s] \d{1,2} [-./\s] (?:\d{2}|\d{4}) | \d{4} [-./] \d{1,2} (?: [-./] \d{1,2} )? ) (?: \s
        \d{1,2} )?
    """
)
_SHOPS_OWN = Expression(
    rf"""
        (?: \b (?: {any_of(cues().own_numbers)} ) (?: \s (?:nr|no|num|id|number|nummer|code) )? | [#№] ) \s?
        [.:°]{{0,2}} \s? [#]? $
    """
)
_ANNOUNCED = Expression(rf"\b (?: {any_of(cues().phone_words)} ) \b [^\d\n]{{0,24}} $")
_GROUPED = Expression(r"0 \d{1,4} [\s/().–-]{1,3} \d (?: [\s().–-]{0,2} \d ){4,9}")
_MIN_DIGITS, _MAX_DIGITS = 6, 15


class PhoneRecognizer(ShopRecognizer):
    """Numbers of the given regions, and international ones of any."""

    entities = ("phone",)

    def __init__(self, regions: Sequence[str]) -> None:
        """`regions`: ISO 3166-1 alpha-2, the most likely first."""
        super().__init__()
        self._regions = tuple(regions)

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """Tracking, order and invoice numbers, dates and prices are not taken."""
        if not any(letter.isdigit() for letter in text):
            return
        for match in _CANDIDATE.over(text):
            score = self._score(text, match)
            if score:
                yield self.hit(match.start(), match.end(), "phone", score)

    def _score(self, text: str, match: Match) -> float:
        written = match.group()
        digits = sum(map(str.isdigit, written))
        if not _MIN_DIGITS <= digits <= _MAX_DIGITS or _DATE.whole(written):
            return 0.0
        if written.lstrip("( ").startswith(("+", "00")):
            return 0.95 if digits > 7 else 0.0
        if _SHOPS_OWN.before(text, match.start()):
            return 0.0
        announced = _ANNOUNCED.before(text, match.start())
        if any(_valid(written, region) for region in self._regions):
            return 0.9 if announced else 0.8
        if announced:
            return 0.7
        return 0.6 if digits >= 9 and _GROUPED.whole(written) else 0.0


def _valid(written: str, region: str) -> bool:
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)


@lru_cache(maxsize=256)
def phones_of(regions: tuple[str, ...]) -> PhoneRecognizer:
    """One recognizer for each set of regions."""
    return PhoneRecognizer(regions)


def significant_digits(written: str, region: str | None) -> str:
    """The digits that stay whichever way a number is dialled: no country code, no trunk prefix, no separators."""
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return "".join(filter(str.isdigit, written)).lstrip("0")
    return str(number.national_number)
