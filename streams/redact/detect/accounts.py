"""Bank accounts: IBAN by checksum, or by shape where the checksum was mistyped."""

from collections.abc import Iterator

from presidio_analyzer import RecognizerResult

from streams.redact.detect import checksums
from streams.redact.detect.scan import Expression, ShopRecognizer

# Lengths from the SWIFT IBAN registry, release 99.
_REGISTRY = """
    AD24 AT20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FO18 FR27 GB22 GI23 GL18 GR27 HR21 HU28 IE22
    IS26 IT27 LI21 LT20 LU20 LV21 MC27 MT31 NL18 NO15 PL28 PT25 RO24 RS22 SE24 SI19 SK24 SM27 TR26 UA29 BA20
    AL28 MD24 ME22 MK19 XK20 AE23 IL23 SA24 MA28 TN24
"""
_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _REGISTRY.split()}
_START = Expression(
    r"(?<![^\W_]) [a-z]{2} [ .\u00a0-]? \d [ ]? \d",
    gate=r"[a-z]{2}[\x20.\xc2\xa0-]{0,2}[0-9]\x20?[0-9]",
)
_GAP = " \u00a0\u202f.-\t"
_SHAPE_SCORE = 0.75


class IbanRecognizer(ShopRecognizer):
    """IBANs in any grouping."""

    entities = ("iban",)

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """Takes exactly the country's number of characters, so that a word behind the number is not swallowed."""
        for match in _START.over(text):
            length = _LENGTHS.get(match.group()[:2].upper())
            if length is None:
                continue
            end, compact = _take(text, match.start(), length)
            if len(compact) == length and sum(map(str.isdigit, compact)) >= length // 2:
                yield self.hit(match.start(), end, "iban", 1.0 if checksums.iban(compact) else _SHAPE_SCORE)


def _take(text: str, start: int, length: int) -> tuple[int, str]:
    """End and characters of the next `length` letters and digits; short when something else comes between."""
    compact = ""
    at = start
    while at < len(text) and len(compact) < length:
        letter = text[at]
        if letter.isascii() and letter.isalnum():
            compact += letter
        elif letter not in _GAP:
            break
        at += 1
    if at < len(text) and text[at].isalnum():
        return at, ""
    return at, compact
