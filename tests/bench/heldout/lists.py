"""The held-out names and the words of a language."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

FOLDER = Path(__file__).parent
LANGUAGES = ("nl", "de", "fr", "es", "it", "pl", "sv", "pt", "en")


@dataclass(frozen=True, slots=True)
class Names:
    """Held-out names of a language and towns of its first country."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    unlisted_first: tuple[str, ...]
    unlisted_last: tuple[str, ...]
    city: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """What the slots of a language are filled with. `countries`: the usual one first."""

    countries: tuple[str, ...]
    particles: tuple[str, ...]
    streets: tuple[str, ...]
    street_words: tuple[str, ...]
    number: str
    things: tuple[str, ...]
    adjectives: tuple[str, ...]
    months: tuple[str, ...]
    companies: tuple[str, ...]
    carriers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Templates:
    """Sentences with slots: with a personal datum, and without."""

    personal: tuple[str, ...]
    clean: tuple[str, ...]


@cache
def names(language: str) -> Names:
    """Names of a language."""
    read = orjson.loads((FOLDER / "names.json").read_bytes())[language]
    return Names(**{kind: tuple(values) for kind, values in read.items()})


@cache
def words(language: str) -> Words:
    """Words of a language."""
    read = orjson.loads((FOLDER / "words.json").read_bytes())[language]
    given: dict[str, Any] = {kind: value if isinstance(value, str) else tuple(value) for kind, value in read.items()}
    return Words(**given)


@cache
def templates(language: str) -> Templates:
    """Sentences of a language; a line of three dashes parts those that hold nothing personal."""
    personal, clean = (FOLDER / "templates" / f"{language}.txt").read_text(encoding="utf-8").split("\n---\n")
    return Templates(tuple(personal.splitlines()), tuple(clean.splitlines()))
