"""Postal addresses: street and number by the ways countries write them, and the postcode and town behind."""

from collections.abc import Iterator

from presidio_analyzer import RecognizerResult

from streams.redact.detect.scan import Expression, Match, ShopRecognizer, gates_of
from streams.redact.detect.words.cues import cues
from streams.redact.detect.words.fold import fold

_PARTICLE = r"""
    (?: d[eiou] | du | des | del | dell[aeo'’] | dei | degli | dos | das | da | do | la | le | les | los | las |
    l['’] | d['’] | van | von | der | den | het | 't | ter | ten | of | the | i | y | e | en | am | an | im |
    sur )
"""
_CAP = r"(?: \p{Lu} [\p{L}'’.-]* )"
_NAME = rf"{_CAP} (?: \s {_CAP} | (?: \s {_PARTICLE} ){{1,3}} (?= \s? [\p{{Lu}}\d'’] ) | (?<=['’]) {_CAP} ){{0,5}}"
_NUMBER = r"""
    (?: (?:n[.º°r]{0,2}\s?)? \d{1,4} (?: \s?[a-zA-Z] (?![\p{L}\d]) )? (?: \s?[/-]\s? (?: \d{1,4}[a-z]?
    | [A-Z](?!\p{L}) ) ){0,3} (?:
    \s(?:bis|ter|hs|huis) \b )? (?:
    ,?\s(?:m|lok|bus|bte|bo[îi]te|boks|apt|apto|app|[Tt]op|Stiege|st|piso|ptal)\.?\s?\d{1,4}[a-z]? )?
    (?![\p{L}\d]|[.,]\d|\s?[€%]) (?: ,\s\d{1,2}\.?\s?[ºª°]
    (?:\s?(?:[Ii]zq|[Dd]cha|[Dd]er|[Dd]to|[Ee]sq|[Ff]rt|[A-F]) \b \.? )? )? )
"""

_ENDS = r"""
    (?: straat | str\. | laan | weg | gracht | plein | kade | dijk | singel | markt | steeg | dreef |
    stra(?:ß|ss)e | allee | platz | gasse | damm | ufer | gatan | stigen | backen | lei | hof | v[äa]gen
    | gr[äa]nd | torget | gade | vej |
    all[ée] | str[æa]de | plads | pad | park | katu | kuja | polku | tori )
"""
_SUFFIXED = Expression(
    rf"""
        (?<![\p{{L}}\d]) (?: {_CAP} [\s] ){{0,2}} (?: \p{{Lu}}[\p{{L}}'’-]{{2,30}} {_ENDS} | {_CAP} \s (?:
        Straat|Laan|Weg|Plein|Markt|Stra(?:ß|ss)e|Str\.|Allee|Platz|Gasse|Ring|Damm|Ufer|Brink|Kade|[Úú]t(?:ca)?|u\.|t[ée]r|Gata|Gade|Vej
        ) ) \s {_NUMBER}
    """,
    gate=r"(?:straat|str\.|laan|weg|gracht|plein|kade|dijk|singel|markt|steeg|dreef|stra(?:ss|\xc3\x9f)e|allee|platz|gasse|damm|ufer"
    r"|gatan|stigen|backen|lei|hof|pad|park|v(?:a|\xc3\xa4)gen|gr(?:a|\xc3\xa4)nd|torget|gade|vej|all(?:e|\xc3\xa9)"
    r"|str(?:a|\xc3\xa6)de|plads|katu|kuja|polku|tori|Straat|Laan|Weg|Plein|Markt|Stra(?:ss|\xc3\x9f)e|Str\.|Allee|Platz|Gasse|Ring"
    r"|Damm|Ufer|Brink|Kade|\xc3[\xba\x9a]t(?:ca)?|u\.|t(?:e|\xc3\xa9)r|Gata|Gade|Vej)\s.{0,7}[0-9]",
    ignore_case=False,
)
_PREFIX = r"""
    (?: [Rr]ue | [Aa]v(?:enue|\.|enida|da\.?)? | [Bb](?:oulevar)?d\.? | [Pp]lace | [Qq]uai | [Cc]hemin |
    [Aa]ll[ée]e | [Ii]mpasse | [Cc]ours | [Rr]oute | [Pp]assage | [Ff]aubourg | [Vv]ia | [Vv]iale |
    [Pp]iazza(?:le)? | [Cc]orso | [Ll]argo | [Vv]icolo | [Ss]trada | [Cc]alle | C/ | [Pp]laza | [Pp]aseo |
    [Cc]amino | [Cc]arretera | [Kk]ale | [Rr]ua | R\. | [Pp]ra[çc]a | [Tt]ravessa | [Pp]raceta | [Tt]raves[íi]a
    | [Gg]lorieta | [Rr]onda | [Cc]arrer | [Aa]vinguda | [Ee]strada | [Aa]lameda |
    [Uu]lic[ay] | [Uu]l\.? | [Aa]l\. | [Aa]lej[ai] | [Oo]s\. | [Pp]l\. )
"""
_PREFIX_GATE = (
    r"(?:[Rr]ue|[Aa]v|[Bb](?:oulevar)?d|[Pp]lace|[Qq]uai|[Cc]hemin|[Aa]ll(?:e|\xc3\xa9)e|[Ii]mpasse|[Cc]ours|[Rr]oute|[Pp]assage"
    r"|[Ff]aubourg|[Vv]ia|[Pp]iazza|[Cc]orso|[Ll]argo|[Vv]icolo|[Ss]trada|[Cc]alle|C/|[Pp]laza|[Pp]aseo|[Cc]amino|[Cc]arretera|[Kk]ale"
    r"|[Rr]ua|R\.|[Pp]ra(?:c|\xc3\xa7)a|[Tt]ravessa|[Pp]raceta|[Tt]raves|[Gg]lorieta|[Rr]onda|[Cc]arrer|[Aa]vinguda|[Ee]strada|[Aa]lameda"
    r"|[Uu]l|[Aa]l\.|[Aa]lej[ai]|[Oo]s\.|[Pp]l\.)"
)
_FRENCH = Expression(
    rf"""
        (?<![\p{{L}}\d-]) (?: \d{{1,4}}\s?[-/]\s? )? \d{{1,4}} (?:\s?[a-zA-Z](?!\p{{L}}))?
        (?:\s(?:bis|ter|quater))? ,? \s {_PREFIX} \s? (?:
        {_PARTICLE} [\s]? ){{0,3}} {_NAME}
    """,
    gate=rf"[0-9].{{0,12}}\s{_PREFIX_GATE}",
    ignore_case=False,
)
_PREFIXED = Expression(
    rf"(?<![\p{{L}}\d]) {_PREFIX} \s? (?: {_PARTICLE} [\s]? ){{0,3}} {_NAME} ,? \s {_NUMBER}",
    gate=rf"(?:^|[^A-Za-z0-9]){_PREFIX_GATE}[A-Za-z\x80-\xff\s'.,-]{{2,}}[0-9]",
    ignore_case=False,
)
# In small letters: endings and words that mean nothing but a street.
_SMALL = Expression(
    rf"""
        (?<![\p{{L}}\d-]) (?: \p{{Ll}}{{2,30}} (?: straat | laan | gracht | plein | kade | dijk | singel | steeg
        | dreef | stra(?:ß|ss)e | allee | gasse | gatan | stigen | v[äa]gen | gr[äa]nd | torget ) |
        (?: calle | plaza | avenida | paseo | traves[íi]a | glorieta | rua | travessa | praceta | viale | piazza |
        ulica | ul\. ) \s (?: \p{{Ll}}[\p{{Ll}}'’]* \s ){{0,3}} \p{{Ll}}[\p{{Ll}}'’]+ ) ,? \s {_NUMBER}
    """,
    gate=r"(?:straat|laan|gracht|plein|kade|dijk|singel|steeg|dreef|stra(?:ss|\xc3\x9f)e|allee|gasse|gatan|stigen"
    r"|v(?:a|\xc3\xa4)gen|gr(?:a|\xc3\xa4)nd|torget|calle|plaza|avenida|paseo|traves|glorieta|rua|praceta|viale|piazza|ulica|ul\.)"
    r"[a-z'\s\x80-\xff]*,?\s.{0,7}[0-9]",
    ignore_case=False,
)
_ENGLISH = Expression(
    rf"""
        (?<![\p{{L}}\d]) \d{{1,4}}[a-zA-Z]? ,? \s (?: {_CAP} \s ){{1,3}} (?:
        Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Close|Drive|Way|Court|Square|Place|Terrace|Gardens|Crescent|Quay|Hill|Grove|Park|Row|Mews|Walk|Green|Parade|Rise|View
        ) (?!\p{{L}})
    """,
    gate=r"[0-9][A-Za-z]?,?\s[A-Z\x80-\xff][A-Za-z\x80-\xff\s'.-]*\s(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Close|Drive|Way|Court|Square"
    r"|Place|Terrace|Gardens|Crescent|Quay|Hill|Grove|Park|Row|Mews|Walk|Green|Parade|Rise|View)(?:[^A-Za-z]|$)",
    ignore_case=False,
)
_GERMAN = Expression(
    rf"""
        (?<![\p{{L}}\d]) (?: A[mn]|Im|In|Zu[mr]|Unter|Auf|Hinter|Vor|Bei[m]? ) \s (?: (?:de[mnr]|der|das) \s )?
        (?P<word> \p{{Lu}}[\p{{L}}-]{{2,30}} ) (?: \s {_CAP} )? \s {_NUMBER} (?! \s?
        (?:Uhr|Tag|Woche|Monat|St[üu]ck|Jahr|\p{{Lu}}\p{{L}}+\s\d{{4}}) )
    """,
    gate=r"(?:^|[^A-Za-z0-9])(?:A[mn]|I[mn]|Zu[mr]|Unter|Auf|Hinter|Vor|Beim?)\s[A-Za-z\x80-\xff\s'.-]{3,}\s.{0,7}[0-9]",
    ignore_case=False,
)
_ANNOUNCED = Expression(
    rf"""
        (?: [Aa]d(?:res|dress|resse|ress) |
        (?:[Bb]ezorg|[Ll]iefer|[Aa]flever|[Ff]actuur|[Rr]echnungs|[Ll]everans|[Ll]everings)[Aa]d(?:res|resse|ress)
        | [Dd]irecci[óo]n | [Ii]ndirizzo | [Mm]orada | [Ee]ndere[çc]o | [Oo]soite | [Aa]nschrift | woont | wohnt
        | wohnhaft | lives | habite | vive | mieszka | bor ) (?: \s (?:
        gewijzigd|wijzigen|changed|change|updated|ge[äa]ndert|[äa]ndern|chang[ée]e?|cambiad[ao]|cambiar|cambiato|modificato|zmieniony|zmiana|[äa]ndrad|[æa]ndret|alterad[ao]|is|ist|est|es|[eè]|nowy|nouvelle|ny|new|in|op|at|au|en|w|na|p[åa]|naar|to|nach|auf|zu|a|[àa]|para|su|till|til|:)
        ){{0,4}} [\s:]{{1,3}} (?P<street> {_NAME} \s {_NUMBER} )
    """,
    gate=r"(?:[Aa]d(?:res|dress)|[Dd]irecci|[Ii]ndirizzo|[Mm]orada|[Ee]ndere|[Oo]soite|[Aa]nschrift|woont|wohnt|wohnhaft|lives|habite"
    r"|vive|mieszka|bor)[a-z]*[\s:][A-Za-z\x80-\xff\s'.:-]*\s.{0,7}[0-9]",
    ignore_case=False,
)
_LETTERED = r"""
    (?: [1-9]\d{3}\s?(?!SA|SD|SS)[A-Z]{2} | [A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2} |
    [AC-FHKNPRTV-Y]\d[\dW]\s?[0-9AC-FHKNPRTV-Y]{4} )
"""
_DIGITS = r"(?: (?:[A-Z]{1,2}-\s?)? (?: \d{5} | \d{4}-\d{3} | \d{2}-\d{3} | \d{3}\s\d{2} | \d{4} ) )"
_LETTERED_GATE = r"(?:[1-9][0-9]{3}\s?[A-Z]{2}|[A-Z]{1,2}[0-9][A-Z0-9]?\s[0-9][A-Z]{2}|[A-Z][0-9][0-9W]\s?[A-Z0-9]{4})"
_DIGITS_GATE = r"(?:[A-Z]{1,2}-\s?)?(?:[0-9]{5}|[0-9]{4}-[0-9]{3}|[0-9]{2}-[0-9]{3}|[0-9]{3}\s[0-9]{2}|[0-9]{4})"
# A full stop belongs to a town's name behind an abbreviation alone ("St. Gallen"); behind a word it ends the sentence.
_TOWN_WORD = r"(?: \p{Lu}\p{L}{0,2}\.(?=\s\p{Lu}) | \p{Lu}[\p{L}'’]* )"
_CITY = rf"""
    (?: (?:['’][st]-?)? {_TOWN_WORD} (?: [\s/-] (?: {_TOWN_WORD} | (?:
    am|an|im|a|in|de[lr]?|den|sur|sous|la|le|les|aan|op|bij|upon|di|da|do|dos|of|under|ob|i|nad )
    (?=[\s/-]\p{{Lu}}) | \d{{1,2}}(?!\d) ) ){{0,4}} )
"""
_TAIL = Expression(
    rf"""
        [\s,;·–-]{{1,4}} (?: (?P<pc> {_LETTERED} | {_DIGITS} ) (?!\d) (?: [\s,]{{1,3}} (?P<city> {_CITY} ) )? |
        (?P<city2> {_CITY} ) [\s,]{{1,3}} (?P<pc2> {_LETTERED} | {_DIGITS} ) (?![\p{{L}}\d]) | (?<=,\s)
        (?P<city3> {_CITY} ) (?= \s* (?:[.,;)!]|$) ) )
    """,
    ignore_case=False,
)
_BEFORE_POSTCODE = Expression(
    rf"""
        (?<![\p{{L}}\d]) (?P<street> {_NAME} ,? \s {_NUMBER} ) (?= [\s,;·–-]{{1,4}} (?: {_LETTERED} | {_DIGITS}
        ) [\s,]{{1,3}} \p{{Lu}}\p{{Ll}} )
    """,
    gate=rf"[0-9].*[\s,;\x80-\xff-](?:{_LETTERED_GATE}|{_DIGITS_GATE})[\s,]{{1,3}}[A-Z\x80-\xff][a-z\x80-\xff]",
    ignore_case=False,
)
_LONE_POSTCODE = Expression(
    rf"""
        (?<![\p{{L}}\d./-]) (?: (?P<pc> {_LETTERED} ) (?![\p{{L}}\d]) (?: [\s,]{{1,3}} (?P<city> {_CITY} ) )? |
        (?P<pc2> (?:[A-Z]{{1,2}}-\d{{4,5}}) | \d{{2}}-\d{{3}} | \d{{4}}-\d{{3}} | \d{{3}}\s\d{{2}} | \d{{5}} )
        \s (?P<city2> \p{{Lu}}\p{{Ll}}+ (?:[\s-]\p{{Lu}}\p{{Ll}}+){{0,2}} ) )
    """,
    gate=rf"(?:^|[^A-Za-z0-9./-])(?:{_LETTERED_GATE}|{_DIGITS_GATE}\s[A-Z\x80-\xff][a-z\x80-\xff])",
    ignore_case=False,
)
_UNITS = frozenset(
    [
        "kg",
        "ml",
        "mm",
        "cm",
        "gb",
        "mb",
        "tb",
        "mg",
        "km",
        "eu",
        "pm",
        "am",
        "uk",
        "us",
        "in",
        "ok",
        "st",
        "pc",
        "pz",
        "pk",
        "mw",
        "kw",
        "va",
        "vw",
        "hz",
        "pa",
        "nm",
        "ma",
        "mah",
        "dl",
        "cl",
        "oz",
        "lb",
    ]
)
_STREETS = (_SUFFIXED, _FRENCH, _PREFIXED, _SMALL, _ENGLISH, _GERMAN, _ANNOUNCED, _BEFORE_POSTCODE)


class AddressRecognizer(ShopRecognizer):
    """Street and number, postcode, town. A town alone is no address."""

    entities = ("street_address", "postcode", "city")
    gates = gates_of(*_STREETS, _LONE_POSTCODE)

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """A street needs a number beside it: streets alone are named in passing."""
        for pattern in _STREETS:
            for match in pattern.over(text):
                yield from self._street(text, pattern, match)
        for match in _LONE_POSTCODE.over(text):
            if fold(match.group()[-2:]) not in _UNITS or match.group("city") or match.group("pc2"):
                yield from self._place(match, 0.6, ("pc", "city"), ("pc2", "city2"))

    def _street(self, text: str, pattern: Expression, match: Match) -> Iterator[RecognizerResult]:
        group = "street" if pattern in (_ANNOUNCED, _BEFORE_POSTCODE) else 0
        start, end = match.start(group), match.end(group)
        first = fold(match.group(group).split()[0])
        if pattern is _GERMAN and fold(match.group("word")) in cues().words:
            return
        if pattern is _BEFORE_POSTCODE and first in cues().own_numbers | cues().products:
            return
        start += _lead(match.group(group)) if pattern in (_SUFFIXED, _BEFORE_POSTCODE) else 0
        yield self.hit(start, end, "street_address", 0.85)
        tail = _TAIL.at(text, end)
        if tail:
            yield from self._place(tail, 0.8, ("pc", "city"), ("pc2", "city2"), ("", "city3"))

    def _place(self, match: Match, score: float, *pairs: tuple[str, str]) -> Iterator[RecognizerResult]:
        for postcode, city in pairs:
            for group, entity in ((postcode, "postcode"), (city, "city")):
                if group and match.start(group) >= 0:
                    yield self.hit(match.start(group), match.end(group), entity, score)


def _lead(street: str) -> int:
    """Length of the words before the street's name that belong to the sentence: `Bitte`, `Kunde`."""
    words = street.split(" ")
    dropped = 0
    for word in words[:-2]:
        if fold(word) not in cues().words | cues().roles | cues().openings:
            break
        dropped += len(word) + 1
    return dropped
