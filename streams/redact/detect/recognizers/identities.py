"""Numbers that a state gave a person: national identifiers, VAT numbers, identity documents."""

from collections.abc import Iterator

from presidio_analyzer import RecognizerResult

from streams.redact.detect.recognizers.identifiers import IDENTIFIERS, Identifier
from streams.redact.detect.recognizers.phones import shops_own
from streams.redact.detect.scan import Expression, Match, ShopRecognizer, gates_of
from streams.redact.detect.words.fold import tight

# Personal where the trader is one person; it cannot be told from the number.
_VAT = Expression(
    r"""
    (?<![\w-])
    (?: NL[ ]?\d{9}[ ]?B[ ]?\d{2} | DE[ ]?\d{9} | BE[ ]?[01]\d{3}[. ]?\d{3}[. ]?\d{3} | FR[ ]?[a-z0-9]{2}[ ]?\d{9}
      | IT[ ]?\d{11} | ES[ ]?[a-z]\d{7}[a-z0-9] | ES[ ]?\d{8}[a-z] | PL[ ]?\d{10} | PT[ ]?\d{9} | ATU[ ]?\d{8}
      | SE[ ]?\d{12} | DK[ ]?\d{8} | FI[ ]?\d{8} | IE[ ]?\d{7}[a-w][a-i]? | GB[ ]?\d{9} | CZ[ ]?\d{8,10}
      | HU[ ]?\d{8} | LU[ ]?\d{8} | CHE[- ]?\d{3}[. ]?\d{3}[. ]?\d{3} )
    (?![\w])
    """,
    gate=r"(?:^|[^a-z0-9_-])(?:nl|de|be|fr|it|es|pl|pt|atu|se|dk|fi|ie|gb|cz|hu|lu|che)[\x20-]?[a-z0-9]{0,2}\x20?[0-9]"
    r"(?:[.\x20]?[0-9]){5}",
)
_DOCUMENT = Expression(
    r"""
    (?<![\w-]) (?<!order\s) (?<!transaction\s) (?<!product\s) (?<!tracking\s) (?<!session\s) (?<!payment\s)
    (?: id | id-?(?:kaart|card|kort|bewijs|nummer|number|nr) | identiteitskaart | identiteitsbewijs
      | paspoort(?:nummer)? | rijbewijs(?:nummer)? | legitimatie(?:bewijs)?
      | ausweis(?:nummer|nr)? | personalausweis(?:nummer|nr)? | reisepass(?:nummer|nr)? | pass(?:nummer|nr|port)?
      | f[üu]hrerschein | passeport | carte\ d'identit[ée] | cni | permis(?:\ de\ conduire)? | pi[èe]ce\ d'identit[ée]
      | pasaporte | documento(?:\ de\ identidad)? | dni | nie | carn[ée]t?
      | passaporto | carta\ d'identit[àa] | patente | documento\ d'identit[àa]
      | dow[óo]d(?:\ osobisty|u)? | paszport(?:u)? | prawo\ jazdy | legitimation | k[öo]rkort
      | pas(?:nummer)? | k[øo]rekort | passi | ajokortti
      | cart[ãa]o\ de\ cidad[ãa]o | bilhete\ de\ identidade | bi | cc | passaporte | carta\ de\ condu[çc][ãa]o
      | driving\ licen[cs]e | driver'?s?\ licen[cs]e )
    (?: \s? (?: gecontroleerd | gepr[üu]ft | kontrolliert | checked | verified | gezien | v[ée]rifi[ée]e?
      | contr[ôo]l[ée]e?
      | comprobado | verificado | verificato | controllato | sprawdzony | kontrollerat | kontrolleret | shown
      | no | nr | num | n | number | numer | nummer | num[ée]ro | n[úu]mero ) ){0,2}
    [\s.:°º#(]{1,4} (?P<number> (?=[a-z0-9-]{0,6}\d) [a-z0-9] [a-z0-9-]{4,18} [a-z0-9] ) (?![\w])
    """,
    gate=r"(?:^|[^a-z0-9_-])(?:id|identit|pas|rijbewijs|legit|ausweis|personalausweis|reisepass|f.{1,2}hrersch|carte|cni|permis"
    r"|pi.{1,2}ce|documen|dni|nie|carn|carta|patente|dow.{1,2}d|prawo|k.{1,2}rkort|k.{1,2}rekort|ajokort|cart.{1,2}o|bilhete|bi|cc"
    r"|dri)[a-z\x80-\xff'\s.:#(-]{1,80}[a-z0-9-]*(?:[0-9][a-z0-9-]*){3}",
)
_COMPANY = Expression(
    r"\b (?:cif|nif) [\s.:nº°]{1,4} (?P<number> [a-hjnp-suvw] [- ]? \d{7} [0-9a-j] ) (?!\w)",
    gate=r"(?:cif|nif)[\s.:n\x80-\xff]{1,8}[a-w][\x20-]?[0-9]{7}",
)
# Characters between a word that announces a number and the number, other words between them.
_NEAR = 60
_MIN_DOCUMENT_DIGITS, _MIN_MIXED_DIGITS, _MIN_MIXED = 5, 3, 8


class IdentityRecognizer(ShopRecognizer):
    """A word before the number counts more than its check digit: people mistype."""

    entities = (*(kind.entity for kind in IDENTIFIERS), "vat_number", "passport_no")
    gates = gates_of(*(kind.pattern for kind in IDENTIFIERS), _VAT, _COMPANY, _DOCUMENT)

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """A number is looked for where its shape is, and weighed by its words and its check digit."""
        for kind in IDENTIFIERS:
            for match in kind.pattern.over(text):
                score = _score(kind, match, text)
                if score:
                    yield self.hit(match.start(), match.end(), kind.entity, score)
        for match in _VAT.over(text):
            yield self.hit(match.start(), match.end(), "vat_number", 0.8)
        for match in _COMPANY.over(text):
            yield self.hit(match.start("number"), match.end("number"), "vat_number", 0.8)
        for match in _DOCUMENT.over(text):
            if _is_document(match.group("number")):
                yield self.hit(match.start("number"), match.end("number"), "passport_no", 0.8)


def _is_document(number: str) -> bool:
    """Digits enough, or a long mix of capitals and digits as on European passports."""
    digits = sum(map(str.isdigit, number))
    mixed = len(number) >= _MIN_MIXED and number.upper() == number
    return digits >= _MIN_DOCUMENT_DIGITS or (mixed and digits >= _MIN_MIXED_DIGITS)


def _score(kind: Identifier, match: Match, text: str) -> float:
    if kind.words.before.before(text, match.start()):
        return 0.97
    if kind.words.near.before(text, match.start(), _NEAR) or kind.words.behind.at(text, match.end()):
        return 0.9
    number = match.group()
    if (
        (kind.alone or (kind.hyphen_alone and "-" in number))
        and kind.check(tight(number))
        and not shops_own(text, match.start())
    ):
        return 0.85
    return 0.7 if kind.shape_alone else 0.0
