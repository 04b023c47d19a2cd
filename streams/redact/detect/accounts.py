"""Bank accounts: IBAN by checksum, or by shape where the checksum was mistyped."""

from collections.abc import Iterator

from presidio_analyzer import RecognizerResult

from streams.redact.detect import checksums
from streams.redact.detect.scan import Expression, ShopRecognizer

# Lengths from the SWIFT IBAN registry, release 99.
_LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FO": 18, "FR": 27,
    "GB": 22, "GI": 23, "GL": 18, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29, "BA": 20,
    "AL": 28, "MD": 24, "ME": 22, "MK": 19, "XK": 20, "AE": 23, "IL": 23, "SA": 24, "MA": 28, "TN": 24,
}  # fmt: skip
_START = Expression(r"(?<![^\W_]) [a-z]{2} [ .\u00a0-]? \d [ ]? \d")
_GAP = " \u00a0\u202f.-\t"
_SHAPE_SCORE = 0.75


class IbanRecognizer(ShopRecognizer):
    """IBANs in any grouping."""

    entities = ("iban",)

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """Takes exactly the country's number of characters, so that a word behind the number is not swallowed."""
        if not any(letter.isdigit() for letter in text):
            return
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
