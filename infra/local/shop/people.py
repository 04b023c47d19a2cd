"""Customers, drawn from Faker's locales by a seeded generator."""

import unicodedata
from datetime import date, timedelta
from functools import cache
from random import Random

from faker import Faker

from infra.local.shop.countries import COUNTRIES, WEIGHTS, Country, fill
from infra.local.shop.identifiers import iban, national_id, vat_number
from infra.local.shop.model import Address, Person

MAIL_DOMAINS = ("mailbox.example", "post.example", "courrier.example", "webpost.example", "briefkasten.example")
WORK_DOMAINS = ("werk.example", "office.example", "boulot.example")
USER_AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) AppleWebKit/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36",
)
NEW_STREETS = ("Nieuwe Kade", "Rue Neuve", "Neue Gasse", "Calle Nueva", "Via Nuova", "Nygatan", "New Lane")
UNFOLDED = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "đ": "d", "ð": "d"})


def customers(count: int, seed: int) -> tuple[Person, ...]:
    """Draw `count` people from the shop's countries; each of the first fifteen lives in another one."""
    rng = Random(f"{seed}/people")
    fakes = {code: _seeded(country.locale, seed) for code, country in COUNTRIES.items()}
    codes = list(COUNTRIES) + rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count)
    return tuple(_person(i, COUNTRIES[code], fakes[code], rng) for i, code in enumerate(codes[:count]))


def new_address(country: str, rng: Random) -> Address:
    """Draw another address in a country, of its places and of streets that are nobody's."""
    land = COUNTRIES[country]
    place, street, number = rng.choice(land.places), rng.choice(NEW_STREETS), str(rng.randint(1, 180))
    line = f"{number} {street}" if land.number_first else f"{street} {number}"
    return Address(line, fill(place.postcode, rng), place.city, place.state, country)


def ascii_name(text: str) -> str:
    """Fold a name to the letters of an e-mail address."""
    folded = unicodedata.normalize("NFKD", text.translate(UNFOLDED))
    return "".join(c for c in folded if c.isascii() and c.isalnum()).lower()


@cache
def _locale(locale: str) -> Faker:
    return Faker(locale)


def _seeded(locale: str, seed: int) -> Faker:
    fake = _locale(locale)
    fake.seed_instance(f"{seed}/{locale}")
    return fake


def _person(number: int, country: Country, fake: Faker, rng: Random) -> Person:
    first, last = str(fake.first_name()), str(fake.last_name())
    local = f"{ascii_name(first)}.{ascii_name(last)}{rng.randint(1, 9999)}"
    business = rng.random() < 0.12
    birth = date(1945, 1, 1) + timedelta(days=rng.randint(0, 22_000))
    return Person(
        first_name=first,
        last_name=last,
        email=f"{local}@{rng.choice(MAIL_DOMAINS)}",
        work_email=f"{ascii_name(first)[:1]}.{ascii_name(last)}{number}@{rng.choice(WORK_DOMAINS)}",
        phone=fill(rng.choice(country.phones), rng),
        address=_address(country, fake, rng),
        language=country.language,
        birth_date=birth,
        iban=iban(country.code, rng),
        national_id=national_id(country.code, birth, fake, rng),
        username=local if rng.random() < 0.5 else None,
        company=f"{last} & Co" if business else "",
        vat_number=vat_number(country.code, rng) if business else "",
        # RFC 5737 and RFC 3849: the ranges set aside for documentation.
        ip_address=fill("203.0.113.%#", rng) if rng.random() < 0.8 else fill("2001:db8:%##:%##::%", rng),
        user_agent=rng.choice(USER_AGENTS),
    )


def _address(country: Country, fake: Faker, rng: Random) -> Address:
    place = rng.choice(country.places)
    street, number = str(fake.street_name()), str(rng.randint(1, 180))
    line = f"{number} {street}" if country.number_first else f"{street} {number}"
    return Address(line, fill(place.postcode, rng), place.city, place.state, country.code)
