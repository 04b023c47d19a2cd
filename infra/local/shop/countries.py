"""The countries the shop sells to: language, VAT, and how postcodes, phones, streets and bank accounts look there.

In patterns `#` is a digit, `%` a digit from 1 to 9, `@` an upper-case letter. Phone ranges set aside for fiction are
used where a regulator names one (Arcep, Ofcom, PTS, BNetzA, ComReg). Account structures: the SWIFT IBAN registry.
"""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

LETTERS = "ABCDEGHJKLMNPRSTVWXZ"


@dataclass(frozen=True, slots=True)
class Place:
    """A town, the pattern of its postcodes, and WooCommerce's state code (empty where it has none)."""

    city: str
    postcode: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    """A country. `vat` is the standard rate in percent, 0 for exports; `rate_id` the shop's tax rate row."""

    code: str
    locale: str
    language: str
    vat: Decimal
    rate_id: int
    phones: tuple[str, ...]
    account: str
    places: tuple[Place, ...]
    number_first: bool = False


def fill(pattern: str, rng: Random) -> str:
    """Draw one string of a pattern."""
    draws = {"#": "0123456789", "%": "123456789", "@": LETTERS}
    return "".join(rng.choice(draws[c]) if c in draws else c for c in pattern)


def _p(*places: str) -> tuple[Place, ...]:
    """Read 'city|postcode pattern|state' lines."""
    return tuple(Place(*line.split("|")) for line in places)


_ALL = (
    Country("NL", "nl_NL", "nl", Decimal(21), 1, ("06 1987 ####", "+31 6 1987 ####", "030-271####"), "@@@@0#########",
            _p("Amsterdam|101# @@", "Utrecht|351# @@", "Rotterdam|301# @@", "Groningen|971# @@")),
    Country("BE", "nl_BE", "nl", Decimal(21), 4, ("+32 470 ## ## ##", "0470 ## ## ##"), "############",
            _p("Gent|90#0", "Antwerpen|20#0", "Leuven|30#0", "Brugge|80#0")),
    Country("DE", "de_DE", "de", Decimal(19), 2, ("+49 30 23125 ###", "0152 28817###"), "##################",
            _p("Berlin|101##|DE-BE", "München|803##|DE-BY", "Bremen|281##|DE-HB", "Köln|506##|DE-NW")),
    Country("AT", "de_AT", "de", Decimal(20), 7, ("+43 664 17## ###", "0664 17## ###"), "################",
            _p("Wien|1%00", "Graz|80#0", "Linz|40#0", "Salzburg|50#0")),
    Country("FR", "fr_FR", "fr", Decimal(20), 3, ("+33 6 39 98 ## ##", "06 39 98 ## ##"), "#######################",
            _p("Lyon|6900%", "Paris|7500%", "Nantes|44000", "Lille|59000"), number_first=True),
    Country("ES", "es_ES", "es", Decimal(21), 5, ("+34 612 90# ###", "612 90# ###"), "####################",
            _p("Bilbao|4800%|BI", "Madrid|2800%|M", "Valencia|4600%|V", "Sevilla|4100%|SE")),
    Country("IT", "it_IT", "it", Decimal(22), 6, ("+39 347 555 ####", "02 5550 ####"), "@######################",
            _p("Milano|201##|MI", "Bologna|401##|BO", "Torino|101##|TO", "Firenze|501##|FI")),
    Country("PL", "pl_PL", "pl", Decimal(23), 8, ("+48 512 345 ###", "512 345 ###"), "########################",
            _p("Łódź|90-###", "Kraków|30-###", "Warszawa|00-###", "Gdańsk|80-###")),
    Country("SE", "sv_SE", "sv", Decimal(25), 9, ("+46 70 174 06 ##", "070-174 06 ##"), "####################",
            _p("Stockholm|11# ##", "Göteborg|41# ##", "Malmö|21# ##")),
    Country("IE", "en_IE", "en", Decimal(23), 10, ("+353 20 91# ####", "020 91# ####"), "@@@@##############",
            _p("Dublin|D0% @###|D", "Cork|T12 @###|CO", "Galway|H91 @###|G"), number_first=True),
    Country("PT", "pt_PT", "pt", Decimal(23), 11, ("+351 912 3## ###", "912 3## ###"), "#####################",
            _p("Porto|4000-###", "Lisboa|1100-###", "Braga|4700-###")),
    Country("FI", "fi_FI", "fi", Decimal("25.5"), 12, ("+358 45 730 ####", "045 730 ####"), "##############",
            _p("Tampere|332##", "Helsinki|001##", "Turku|201##")),
    Country("DK", "da_DK", "da", Decimal(25), 13, ("+45 20 ## ## ##", "20 ## ## ##"), "##############",
            _p("København|21#0", "Aarhus|80#0", "Odense|52#0")),
    Country("GB", "en_GB", "en", Decimal(0), 0, ("07700 900###", "+44 7700 900###"), "@@@@##############",
            _p("Manchester|M% %@@", "Bristol|BS% %@@", "Leeds|LS% %@@"), number_first=True),
    Country("CH", "de_CH", "de", Decimal(0), 0, ("+41 79 555 ## ##", "079 555 ## ##"), "#################",
            _p("Zürich|80#%|ZH", "Basel|40#%|BS", "Bern|30#%|BE")),
)  # fmt: skip

COUNTRIES = {country.code: country for country in _ALL}

WEIGHTS = {
    "NL": 24, "BE": 10, "DE": 14, "AT": 5, "FR": 10, "ES": 7, "IT": 7, "PL": 5,
    "SE": 4, "IE": 3, "PT": 3, "FI": 3, "DK": 3, "GB": 5, "CH": 4,
}  # fmt: skip
"""Share of customers by country, in relation to each other."""
