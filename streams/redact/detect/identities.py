"""Numbers that a state gave a person: national identifiers by shape and check digit, documents by the words before them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from presidio_analyzer import RecognizerResult

from streams.redact.detect import checksums
from streams.redact.detect.fold import tight
from streams.redact.detect.scan import Expression, ShopRecognizer

_LINK = (
    r"[\s.:=#°()/-]{0,4} (?: (?:nr|no|num|numer|nummer|number|n|is|ist|er|on|est|es|e|to|het|van|is) [\s.:°]{1,3} )? $"
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """One kind of number. ``alone``: shape and check digit are telling enough without a word before the number."""

    entity: str
    pattern: Expression
    check: Callable[[str], bool]
    alone: bool
    words: Expression


def _identifier(entity: str, pattern: str, check: Callable[[str], bool], words: str, *, alone: bool) -> Identifier:
    return Identifier(
        entity,
        Expression(rf"(?<![\w-]) (?: {pattern} ) (?![\w])"),
        check,
        alone,
        Expression(rf"\b (?: {words} ) {_LINK}"),
    )


_IDENTIFIERS = (
    _identifier("bsn", r"\d{9} | \d{4}[. ]\d{2}[. ]\d{3} | \d{3}[. ]\d{3}[. ]\d{3}", checksums.bsn,
                r"bsn | burgerservicenummer | sofinummer | sofi-nummer | sofi", alone=False),
    _identifier("niss", r"\d{2}[. ]?\d{2}[. ]?\d{2}[- ]?\d{3}[. ]?\d{2}", checksums.niss,
                r"niss | insz | rijksregisternummer | rijksregister | rrn | registre\ national | num[ée]ro\ national", alone=False),
    _identifier("steuer_id", r"\d{2}[ ]?\d{3}[ ]?\d{3}[ ]?\d{3}", checksums.steuer_id,
                r"steuer-?id | steueridentifikationsnummer | idnr | id-nr | tin | steuernummer | steuer-nr", alone=False),
    _identifier("nir", r"[12][ ]?\d{2}[ ]?\d{2}[ ]?(?:\d{2}|2[ab])[ ]?\d{3}[ ]?\d{3}[ ]?\d{2}", checksums.nir,
                r"nir | s[ée]curit[ée]\ sociale | s[ée]cu | num[ée]ro\ de\ s[ée]cu | insee", alone=True),
    _identifier("dni", r"[xyz]?[- ]?\d{7,8}[- ]?[a-z] | \d{2}\.\d{3}\.\d{3}[- ]?[a-z]", checksums.dni,
                r"dni | nie | nif | d\.n\.i | documento | identidad", alone=True),
    _identifier("codice_fiscale", r"[a-z]{6}[0-9lmnp-v]{2}[a-ehlmprst][0-9lmnp-v]{2}[a-z][0-9lmnp-v]{3}[a-z]", checksums.codice_fiscale,
                r"cf | c\.f | codice\ fiscale | cod\.?\ fisc | cod\.?\ fiscale", alone=True),
    _identifier("pesel", r"\d{11}", checksums.pesel, r"pesel | peselu", alone=False),
    _identifier("personnummer", r"(?:19|20)?\d{6}[-+]\d{4} | (?:19|20)?\d{10}", checksums.personnummer,
                r"personnr | personnummer | pnr | persnr | pers\.nr | personnumret | samordningsnummer | org\.?nr", alone=False),
    _identifier("cpr", r"\d{6}[- ]?\d{4}", lambda text: 1 <= int(text[:2]) <= 31 and 1 <= int(text[2:4]) <= 12,
                r"cpr | cpr-nr | cpr-nummer | personnummer | cprnr", alone=False),
    _identifier("hetu", r"\d{6}[-+a-fu-y]\d{3}[0-9a-y]", checksums.hetu, r"hetu | henkil[öo]tunnus | henkil[öo]tunnukseni | sotu", alone=True),
    _identifier("nif_pt", r"\d{9} | \d{3}[ ]\d{3}[ ]\d{3}", checksums.nif_pt, r"nif | contribuinte | n\.?i\.?f | fiscal", alone=False),
    _identifier("pps", r"\d{7}[a-w][a-iw]?", checksums.pps, r"pps | ppsn | pps\ number", alone=False),
    _identifier("svnr", r"\d{4}[ ]?\d{6}", checksums.svnr, r"svnr | sv-nr | sv-nummer | sozialversicherungsnummer | versicherungsnummer", alone=False),
    _identifier("rodne_cislo", r"\d{6}/\d{4}", checksums.rodne_cislo, r"r[čc] | rodn[ée]\ [čc][íi]slo", alone=True),
    _identifier("nino", r"[a-ceghj-prstw-z][a-ceghj-nprstw-z][ ]?\d{2}[ ]?\d{2}[ ]?\d{2}[ ]?[a-d]", lambda _: True,
                r"nino | ni | national\ insurance", alone=True),
)  # fmt: skip

# Personal where the trader is one person; it cannot be told from the number.
_VAT = Expression(
    r"""(?<![\w-]) (?: NL[ ]?\d{9}[ ]?B[ ]?\d{2} | DE[ ]?\d{9} | BE[ ]?[01]\d{3}[. ]?\d{3}[. ]?\d{3} | FR[ ]?[a-z0-9]{2}[ ]?\d{9} | IT[ ]?\d{11}
    | ES[ ]?[a-z]\d{7}[a-z0-9] | ES[ ]?\d{8}[a-z] | PL[ ]?\d{10} | PT[ ]?\d{9} | ATU[ ]?\d{8} | SE[ ]?\d{12} | DK[ ]?\d{8} | FI[ ]?\d{8}
    | IE[ ]?\d{7}[a-w][a-i]? | GB[ ]?\d{9} | CZ[ ]?\d{8,10} | HU[ ]?\d{8} | LU[ ]?\d{8} | CHE[- ]?\d{3}[. ]?\d{3}[. ]?\d{3} ) (?![\w])"""
)
_DOCUMENT = Expression(
    r"""
    (?<![\w-]) (?<!order\s) (?<!transaction\s) (?<!product\s) (?<!tracking\s) (?<!session\s)
    (?: id | id-?(?:kaart|card|kort|bewijs|nummer|number|nr) | identiteitskaart | identiteitsbewijs | paspoort(?:nummer)? | rijbewijs(?:nummer)? | legitimatie(?:bewijs)?
      | ausweis(?:nummer|nr)? | personalausweis(?:nummer|nr)? | reisepass(?:nummer|nr)? | pass(?:nummer|nr|port)? | f[üu]hrerschein
      | passeport | carte\ d'identit[ée] | cni | permis(?:\ de\ conduire)? | pi[èe]ce\ d'identit[ée]
      | pasaporte | documento(?:\ de\ identidad)? | dni | nie | carn[ée]t? | passaporto | carta\ d'identit[àa] | patente | documento\ d'identit[àa]
      | dow[óo]d(?:\ osobisty|u)? | paszport(?:u)? | prawo\ jazdy | legitimation | k[öo]rkort | pas(?:nummer)? | k[øo]rekort | passi | ajokortti
      | cart[ãa]o\ de\ cidad[ãa]o | bilhete\ de\ identidade | bi | cc | passaporte | carta\ de\ condu[çc][ãa]o | driving\ licen[cs]e | driver'?s?\ licen[cs]e )
    (?: \s? (?: gecontroleerd | gepr[üu]ft | kontrolliert | checked | verified | gezien | v[ée]rifi[ée]e? | comprobado | verificado | verificato | controllato | sprawdzony
      | kontrollerat | kontrolleret | shown | no | nr | num | n | number | numer | nummer | num[ée]ro | n[úu]mero | numero ) ){0,2}
    [\s.:°º#(]{1,4} (?P<number> (?=[a-z0-9-]{0,6}\d) [a-z0-9] (?: [a-z0-9-]{4,18} ) [a-z0-9] ) (?![\w])
    """
)
_MIN_DOCUMENT_DIGITS = 5


class IdentityRecognizer(ShopRecognizer):
    """National identifiers, VAT numbers and identity documents."""

    entities = (*(kind.entity for kind in _IDENTIFIERS), "vat_number", "passport_no")

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """A word before the number counts more than a check digit: people mistype."""
        if not any(letter.isdigit() for letter in text):
            return
        for kind in _IDENTIFIERS:
            for match in kind.pattern.over(text):
                named = kind.words.before(text, match.start())
                if named or (kind.alone and kind.check(tight(match.group()))):
                    yield self.hit(match.start(), match.end(), kind.entity, 0.97 if named else 0.85)
                elif kind.entity in _TELLING_SHAPE:
                    yield self.hit(match.start(), match.end(), kind.entity, 0.7)
                elif kind.entity in _WRITTEN_PLAINLY and "-" in match.group() and kind.check(tight(match.group())):
                    yield self.hit(match.start(), match.end(), kind.entity, 0.85)
        for match in _VAT.over(text):
            yield self.hit(match.start(), match.end(), "vat_number", 0.8)
        for match in _DOCUMENT.over(text):
            if sum(map(str.isdigit, match.group("number"))) >= _MIN_DOCUMENT_DIGITS:
                yield self.hit(match.start("number"), match.end("number"), "passport_no", 0.8)


# Sixteen characters in this order are nothing else, a mistyped check letter or not.
_TELLING_SHAPE = frozenset({"codice_fiscale"})
# With the hyphen in its place, and the check digit right, no word is needed.
_WRITTEN_PLAINLY = frozenset({"personnummer"})
