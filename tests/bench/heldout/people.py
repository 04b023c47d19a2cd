"""Names of invented persons, and what is made from a name: e-mail addresses, user names."""

import unicodedata
from dataclasses import dataclass
from random import Random

from tests.bench.heldout.lists import Names, Words

UNLISTED_SHARE = 0.25
_HOSTS = ("mailhaven", "postvak", "briefkasten", "courrielle", "correo", "posta", "skrzynka", "brevbox", "inbox")
_ENDS = ("example", "example", "example.com", "example.org", "example.net")


@dataclass(frozen=True, slots=True)
class Person:
    """First and last name; `listed`: whether public name lists hold them."""

    first: str
    last: str
    listed: bool


def person(rng: Random, names: Names) -> Person:
    """Somebody whose names no training text holds."""
    if rng.random() < UNLISTED_SHARE:
        return Person(rng.choice(names.unlisted_first), rng.choice(names.unlisted_last), listed=False)
    return Person(rng.choice(names.first), rng.choice(names.last), listed=True)


def full_name(rng: Random, one: Person, names: Names, words: Words, language: str) -> str:
    """A name as people write it: mostly first and last, else initials, two surnames, particle, capitals."""
    second = rng.choice(names.last if one.listed else names.unlisted_last)
    if language in ("es", "pt") and rng.random() < 0.5:
        return f"{one.first} {one.last} {second}"
    form = rng.random()
    if form < 0.09:
        return f"{one.first[0]}. {one.last}"
    if form < 0.16:
        return f"{one.first} {one.last}-{second}"
    if form < 0.26 and words.particles:
        return f"{one.first} {rng.choice(words.particles)} {one.last}"
    if form < 0.31:
        return f"{one.first} {one.last.upper()}"
    if form < 0.35:
        return f"{one.last}, {one.first}"
    return f"{one.first} {one.last}"


def plain(text: str) -> str:
    """Lower case, without accents, letters alone."""
    bare = unicodedata.normalize("NFKD", text.lower().replace("ł", "l").replace("ß", "ss").replace("ø", "o"))
    return "".join(sign for sign in bare if sign.isascii() and sign.isalpha())


def email(rng: Random, one: Person) -> str:
    """An address of that person, on a domain nobody can own."""
    first, last = plain(one.first), plain(one.last)
    local = rng.choice((f"{first}.{last}", f"{first[0]}.{last}", f"{first}{rng.randint(50, 99)}", f"{last}_{first}"))
    return f"{local}@{rng.choice(_HOSTS)}.{rng.choice(_ENDS)}"


def username(rng: Random, one: Person) -> str:
    """A name to log in with."""
    return f"{plain(one.first)[:6]}{rng.choice(('_', '.', ''))}{plain(one.last)[:5]}{rng.randint(1, 99)}"
