"""Bank accounts: IBAN by checksum, or by shape where the checksum was mistyped."""

from collections.abc import Iterator

from presidio_analyzer import RecognizerResult

from streams.redact.detect.recognizers import checksums
from streams.redact.detect.scan import Expression, Shape, ShopRecognizer, gates_of

# Lengths from the SWIFT IBAN registry, release 99.
_REGISTRY = """
    AD24 AT20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FO18 FR27 GB22 GI23 GL18 GR27 HR21 HU28 IE22
    IS26 IT27 LI21 LT20 LU20 LV21 MC27 MT31 NL18 NO15 PL28 PT25 RO24 RS22 SE24 SI19 SK24 SM27 TR26 UA29 BA20
    AL28 MD24 ME22 MK19 XK20 AE23 IL23 SA24 MA28 TN24
"""
_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _REGISTRY.split()}
_CODES = "|".join(sorted(_LENGTHS))
_START = Shape(
    rf"(?<![^\W_]) (?:{_CODES}) [ .-]? [0-9] [ ]? [0-9] (?= (?: [ .\t-]* [0-9a-z] ){{10}} )",
    gate=rf"(?:{_CODES})[\x20.-]?[0-9]\x20?[0-9](?:[\x20.\t-]*[0-9a-z]){{10}}",
)
_GAP = " .-\t"
_SHAPE_SCORE = 0.75


# By a word for it: whoever reads a card's number out mistypes it, and then no check digit tells.
_CARD = Expression(
    r"""
    \b (?: kaart | creditcard | card | karte | kreditkarte | carte | tarjeta | carta | karta | kart[yąę] | kort
    | cart[ãa]o )
    (?: nummer | n[uú]mero )? \b [^\d\n]{0,20} (?P<number> \d{4} (?: [ -]? \d{4} ){2} [ -]? \d{1,7} ) (?![\w-])
    """,
    gate=r"(?:[kc]art|kort|card|kaart|tarjeta).*[0-9]{4}",
)


class CardRecognizer(ShopRecognizer):
    """Card numbers behind a word for one; Presidio's own recognizer finds the others by their check digit."""

    entities = ("card",)
    gates = gates_of(_CARD)

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """The number alone."""
        for match in _CARD.over(text):
            yield self.hit(match.start("number"), match.end("number"), "card", 0.7)


class IbanRecognizer(ShopRecognizer):
    """IBANs in any grouping."""

    entities = ("iban",)
    gates = gates_of(_START)

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
