"""National identifiers: shape, check digit, and the words that announce them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from streams.redact.detect.recognizers import checksums
from streams.redact.detect.scan import Expression, Shape

# What may stand between the word and the number: `BSN: `, `DNI n.º `, `PESEL to `.
_LINK = r"""
    [\s.:=#°º()/-]{0,4}
    (?: (?:nr|no|num|numer|nummer|number|n|is|ist|er|on|est|es|e|to|het|van) [\s.:°º]{1,3} )? $
"""


@dataclass(frozen=True, slots=True)
class Words:
    """Words that announce a number: right before it, further before it in the sentence, or right behind it."""

    before: Expression
    near: Expression
    behind: Expression


@dataclass(frozen=True, slots=True)
class Identifier:
    """One kind of number. ``alone``: shape and check digit are telling enough without a word before the number.

    ``shape_alone``: the shape is, a mistyped check digit or not. ``hyphen_alone``: so is the number with its hyphen.
    """

    entity: str
    pattern: Shape
    words: Words
    check: Callable[[str], bool]
    alone: bool = False
    shape_alone: bool = False
    hyphen_alone: bool = False


def _pattern(source: str) -> Shape:
    # These shapes are plain enough to be their own gates.
    plain = source.replace(r"\d", "[0-9]")
    gate = plain.replace("[ ]", r"\x20").replace("[. ]", r"[.\x20]").replace("[- ]", r"[\x20-]").replace(" ", "")
    return Shape(rf"(?<![\w-]) (?: {plain} ) (?!\w)", gate=rf"(?:^|[^a-z0-9_-])(?:{gate})(?:[^a-z0-9_]|$)")


def _gate_of(source: str) -> str:
    """The words as a gate: a letter with or without its accent is one byte or two."""
    plain = re.sub(r"\[[^]]*[^\x00-\x7f][^]]*\]", ".{1,2}", source)
    return f"(?:{plain.replace(chr(92) + ' ', '[ ]').replace(' | ', '|').strip()})"


def _words(source: str) -> Words:
    gate = _gate_of(source)
    return Words(
        Expression(rf"\b (?: {source} ) {_LINK}", gate=gate),
        Expression(rf"\b (?: {source} ) \b [^\d\n.!?]{{0,45}} $", gate=gate),
        Expression(rf"[\s(,\[]{{1,2}} (?: {source} ) \b", gate=gate),
    )


def _is_day(text: str) -> bool:
    return 1 <= int(text[:2]) <= 31 and 1 <= int(text[2:4]) <= 12


IDENTIFIERS = (
    Identifier(
        "bsn",
        _pattern(r"\d{9} | \d{4}[. ]\d{2}[. ]\d{3} | \d{3}[. ]\d{3}[. ]\d{3}"),
        _words(r"bsn | burgerservicenummer | sofinummer | sofi-nummer | sofi"),
        checksums.bsn,
    ),
    Identifier(
        "niss",
        _pattern(r"\d{2}[. ]?\d{2}[. ]?\d{2}[- ]?\d{3}[. ]?\d{2}"),
        _words(r"niss | insz | rijksregisternummer | rijksregister | rrn | registre\ national | num[ée]ro\ national"),
        checksums.niss,
    ),
    Identifier(
        "steuer_id",
        _pattern(r"\d{2}[ ]?\d{3}[ ]?\d{3}[ ]?\d{3}"),
        _words(r"steuer-?id | steueridentifikationsnummer | idnr | id-nr | tin | steuernummer | steuer-nr"),
        checksums.steuer_id,
    ),
    Identifier(
        "nir",
        _pattern(r"[12][ ]?\d{2}[ ]?\d{2}[ ]?(?:\d{2}|2[ab])[ ]?\d{3}[ ]?\d{3}[ ]?\d{2}"),
        _words(r"nir | s[ée]curit[ée]\ sociale | s[ée]cu | num[ée]ro\ de\ s[ée]cu | insee"),
        checksums.nir,
        alone=True,
    ),
    Identifier(
        "dni",
        _pattern(r"[xyz]?[- ]?\d{7,8}[- ]?[a-z] | \d{2}\.\d{3}\.\d{3}[- ]?[a-z]"),
        _words(r"dni | nie | nif | d\.n\.i | documento | identidad"),
        checksums.dni,
        alone=True,
    ),
    Identifier(
        "codice_fiscale",
        _pattern(r"[a-z]{6}[0-9lmnp-v]{2}[a-ehlmprst][0-9lmnp-v]{2}[a-z][0-9lmnp-v]{3}[a-z]"),
        _words(r"cf | c\.f | codice\ fiscale | cod\.?\ fisc | cod\.?\ fiscale"),
        checksums.codice_fiscale,
        alone=True,
        shape_alone=True,
    ),
    Identifier("pesel", _pattern(r"\d{11}"), _words(r"pesel | peselu"), checksums.pesel),
    Identifier(
        "personnummer",
        _pattern(r"(?:19|20)?\d{6}[-+]\d{4} | (?:19|20)?\d{10}"),
        _words(r"personnr | personnummer | pnr | persnr | pers\.nr | personnumret | samordningsnummer"),
        checksums.personnummer,
        hyphen_alone=True,
    ),
    Identifier("cpr", _pattern(r"\d{6}[- ]?\d{4}"), _words(r"cpr | cpr-nr | cpr-nummer | cprnr"), _is_day),
    Identifier(
        "hetu",
        _pattern(r"\d{6}[-+a-fu-y]\d{3}[0-9a-y]"),
        _words(r"hetu | henkil[öo]tunnus | henkil[öo]tunnukseni | sotu"),
        checksums.hetu,
        hyphen_alone=True,
    ),
    Identifier(
        "nif_pt",
        _pattern(r"\d{9} | \d{3}[ ]\d{3}[ ]\d{3}"),
        _words(r"nif | contribuinte | n\.?i\.?f | n[úu]mero\ fiscal"),
        checksums.nif_pt,
    ),
    Identifier("pps", _pattern(r"\d{7}[a-w][a-iw]?"), _words(r"pps | ppsn | pps\ number"), checksums.pps),
    Identifier(
        "svnr",
        _pattern(r"\d{4}[ ]?\d{6}"),
        _words(r"svnr | sv-nr | sv-nummer | sozialversicherungsnummer | versicherungsnummer"),
        checksums.svnr,
    ),
    Identifier(
        "rodne_cislo",
        _pattern(r"\d{6}/\d{3,4}"),
        _words(r"r[čc] | rodn[ée]\ [čc][íi]slo"),
        checksums.rodne_cislo,
        alone=True,
    ),
    Identifier(
        "nino",
        _pattern(r"[a-ceghj-prstw-z][a-ceghj-nprstw-z][ ]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?[a-d]"),
        _words(r"nino | ni | national\ insurance"),
        lambda _: True,
        alone=True,
    ),
)
