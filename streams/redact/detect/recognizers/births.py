"""Dates of birth: a date behind a word for birth, or a full date so far back that no delivery is meant."""

from collections.abc import Iterator

from presidio_analyzer import RecognizerResult

from streams.redact.detect.scan import Expression, ShopRecognizer, gates_of

_MONTHS = r"""(?: jan | feb | m[aäå]r | maa | mrt | apr | ma[iyjg] | mei | jun | jul | juin | juil | ju[lň]
| aug | ao[uû]t
    | ago | sep | sett | set | okt | oct | ott | out | nov | de[cszk]
  | d[ée]c | dic | dez | gen | janv | f[ée]v | avr | ene | abr | lug | giu | giug | mag | sty | lut | kwi | cze | lip
  | sie | wrz | pa[zź] | lis | gru | tammi | helmi | maalis
  | huhti | touko | kes[äa] | hein[äa] | elo | syys | loka | marras | joulu ) [^\W\d_]{0,8}"""
_DATE = rf"""(?: \d{{1,2}} [./\s-]{{1,2}} \d{{1,2}} [./\s-]{{1,2}} (?P<y1>\d{{4}}|\d{{2}}) | (?P<y2>\d{{4}}) [./-]
    \d{{1,2}} [./-] \d{{1,2}}
  | \d{{1,2}} (?: \. | er | st | nd | rd | th | º )? \s (?:de\s|of\s)? {_MONTHS} \.? ,? \s? (?:de\s|del\s)?
  (?P<y3>\d{{4}})
  | {_MONTHS} \s \d{{1,2}} (?:st|nd|rd|th)? ,? \s (?P<y4>\d{{4}}) ) (?!\d)"""
_BIRTH = Expression(
    rf"""
    \b (?: geb(?:oren|\.)? | geboortedatum | geboortedag | verjaardag(?:en)? | jarig | geburtsdatum |
    geburtstag(?:e|es|skind)? | geboren\ am | n[ée] (?: e | \(e\) )? | naissance | anniversaire
      | nac(?:id[oa](?:/a)?|imiento)? | cumplea[ñn]os | nat[oa] (?: /a | /o )? | nascita | compleanno
      | urodz(?:ony|ona|iny|enia|in)? | ur
      | data\ urodzenia | urodziny | f[öo]dd | f[öo]delsedatum
      | f[öo]delsedag | f[øo]dt | f[øo]dselsdag | f[øo]dselsdato | synt(?:ynyt|\.)? | syntym[äa]aika |
      syntym[äa]p[äa]iv[äa] | nascid[oa](?:/a|\(a\))? | nascimento | anivers[áa]rio
      | anos | born | birth | birthday | birthdate | bday | dob | d\.o\.b | date\ of\ birth | oud )
    (?: [\s.,:;()/=-]{{0,3}} (?: op | a | à | am | le | il | el | on | dnia | den | em | em\ dia | der | die
    | is | ist | war
    | was | est | es | e | era | jest | p[åa] | the | of | date | datum
      | del | d[ií]a | the\ | van | in ) )? [\s.,:;()/=-]{{1,4}} (?P<date>{_DATE})
    """,
    gate=r"(?:^|[^a-z0-9_])(?:geb[a-z]*|verjaar[a-z]*|jarig|n.{1,2}(?:e|\(e\))?|naissance|anniversaire|nac[a-z]*|cumple[a-z\x80-\xff]*"
    r"|nat[oa]|nasc[a-z]*|compleanno|ur[a-z]*|f.{1,2}d[a-z]*|syn[a-z\x80-\xff]*|aniv[a-z\x80-\xff]*|anos"
    r"|b[a-z]*|dob|d\.o\.b|date of birth|oud)"
    r"(?:/[ao]|\([ae]\))?[\s.,:;()/=-]{1,4}(?:[a-z\x80-\xff]{1,5}(?:\s[a-z]{2,3})?[\s.,:;()/=-]{1,4})?"
    r"(?:[0-9]{1,2}[./\s-]{1,2}[0-9]{1,2}[./\s-]{1,2}[0-9]{2}|[0-9]{4}[./-][0-9]{1,2}[./-][0-9]"
    r"|[0-9]{1,2}[a-z\x80-\xff.,\s]{4,30}[0-9]{4}|[a-z\x80-\xff.]{3,16}\s[0-9]{1,2}[a-z]{0,2},?\s[0-9]{4})",
)
_LONG_AGO = Expression(
    r"""
        (?<![\w./-]) (?: \d{1,2} (?P<s>[./-]) \d{1,2} (?P=s) (?:19\d\d|200\d|201[0-2]) |
        (?:19\d\d|200\d|201[0-2]) (?P<t>[./-]) \d{1,2} (?P=t) \d{1,2} ) (?![\w/-]|\.\d)
    """,
    gate=r"[0-9]{1,2}[./-][0-9]{1,2}[./-](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[./-][0-9]{1,2}[./-][0-9]",
)


class BirthRecognizer(ShopRecognizer):
    """Dates of birth in the eleven languages, numbers or months in letters."""

    entities = ("date_of_birth",)
    gates = gates_of(_BIRTH, _LONG_AGO)

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """Dates of orders and deliveries stay."""
        for match in _BIRTH.over(text):
            yield self.hit(match.start("date"), match.end("date"), "date_of_birth", 0.9)
        for match in _LONG_AGO.over(text):
            yield self.hit(match.start(), match.end(), "date_of_birth", 0.6)
