"""Streets, postcodes and phone numbers of a country."""

from random import Random

import phonenumbers

from tests.bench.heldout.lists import Words
from tests.bench.heldout.numbers import digits

_POSTCODES = {
    "NL": "#### LL", "BE": "####", "DE": "#####", "AT": "####", "FR": "#####", "ES": "28###", "IT": "#####",
    "PL": "##-###", "SE": "### ##", "PT": "####-###", "GB": "LL# #LL", "IE": "L## L#L#",
}  # fmt: skip
_PHONES = {
    "NL": ("06########", "020#######", "0513######"),
    "BE": ("04########", "02#######"),
    "DE": ("0171#######", "0151########", "030########", "089#######"),
    "AT": ("0664#######", "01#######"),
    "FR": ("06########", "01########", "07########"),
    "ES": ("6########", "91#######"),
    "IT": ("34########", "02########", "06########"),
    "PL": ("5########", "22#######"),
    "SE": ("070#######", "08#######", "031######"),
    "PT": ("91#######", "21#######"),
    "GB": ("07#########", "0131#######", "020########"),
    "IE": ("085#######", "01#######"),
}
_NATIONAL = phonenumbers.PhoneNumberFormat.NATIONAL
_INTERNATIONAL = phonenumbers.PhoneNumberFormat.INTERNATIONAL


def filled(rng: Random, pattern: str) -> str:
    """A pattern with # as a digit and L as a letter."""
    letters = "ABDEGHJKLNPRSTUVWXZ"
    each = {"#": lambda: str(rng.randint(0, 9)), "L": lambda: rng.choice(letters)}
    return "".join(each[sign]() if sign in each else sign for sign in pattern)


def postcode(rng: Random, country: str) -> str:
    """A postcode by its form; it need not exist."""
    whole = filled(rng, _POSTCODES[country])
    return whole.replace("0", "1", 1) if whole.startswith("0") and country in ("NL", "BE", "AT", "PT") else whole


def street(rng: Random, words: Words) -> str:
    """Street and house number, in the order of the language."""
    name = rng.choice(words.streets).format(x=rng.choice(words.street_words))
    extra = {
        "a": rng.choice(("", "", "a", "b")),
        "b": rng.choice(("", "", " bis", "")),
        "s": rng.choice(("", "", "/A")),
        "f": rng.choice(("", "/4", " m. 11")),
        "c": rng.choice(("", "", " B")),
        "o": rng.choice(("", ", 2.º Dto.", "")),
    }
    number = words.number.format(n=rng.randint(2, 189), **extra)
    if "rue {x}" in words.streets:
        return f"{number}{rng.choice((' ', ', '))}{name}"
    return f"{number}{name}" if number.endswith(" ") else f"{name}{number if number[0] in ', ' else ' ' + number}"


def phone(rng: Random, country: str) -> str:
    """A number that is valid in that country, as people write it: domestic, international, joined, with dashes."""
    while True:
        number = phonenumbers.parse(filled(rng, rng.choice(_PHONES[country])), country)
        if phonenumbers.is_valid_number(number):
            break
    domestic = phonenumbers.format_number(number, _NATIONAL)
    international = phonenumbers.format_number(number, _INTERNATIONAL)
    form = rng.random()
    if form < 0.4:
        return domestic
    if form < 0.7:
        return international
    if form < 0.8:
        return international.replace("+", "00")
    return domestic.replace(" ", rng.choice(("", "", "-", "."))) if form < 0.95 else international.replace(" ", "")


def tracking(rng: Random) -> str:
    """A number of a parcel: not personal by itself, and like nothing that is."""
    return rng.choice(("3SKK" + digits(rng, 9), "JJD" + digits(rng, 16), "0034043" + digits(rng, 13)))
