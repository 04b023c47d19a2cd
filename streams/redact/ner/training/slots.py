"""What fills the slots of a template: names in their many forms, and all that looks like a name and is none."""

import gzip
import json
import random
import string
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from streams.redact.detect.lexicon import lexicon

FOLDER = Path(__file__).parent
LANGUAGES = ("nl", "de", "fr", "es", "it", "pl", "sv", "pt", "en")
_FOREIGN, _BLENDED = 0.22, 0.3
_PARTICLES = {
    "nl": ("van", "de", "van der", "van den", "van de", "ter", "'t", "den"),
    "de": ("von", "zu", "von der", "vom"),
    "fr": ("de", "du", "Le", "La", "de la", "d'"),
    "es": ("de", "del", "de la", "de los"),
    "it": ("De", "Di", "Dal", "D'", "Della", "Lo"),
    "pt": ("da", "de", "dos", "do", "e"),
    "sv": ("af", "von"),
    "pl": (),
    "en": ("O'", "Mc", "Mac", "Fitz"),
}
_ENDINGS = {
    "pl": ("a", "owi", "iem", "em", "ą", "ę", "ie", "y", "i"),
    "nl": ("s", "'s"),
    "de": ("s", "'s"),
    "sv": ("s",),
    "en": ("'s",),
}


@cache
def words() -> dict[str, Any]:
    """words.yaml."""
    read: dict[str, Any] = yaml.safe_load((FOLDER / "words.yaml").read_text(encoding="utf-8"))
    return read


@cache
def names() -> dict[str, dict[str, list[str]]]:
    """Given and family names and towns by language; names whose crc32 of the folded name is a multiple of 5 are left out."""
    read: dict[str, dict[str, list[str]]] = json.loads(gzip.decompress((FOLDER / "names.json.gz").read_bytes()))
    return read


_NUMBERS = (
    *("",) * 8, "a", "b", "c", "A", "B", " A", " B", " bis", " ter", "-2", "/4", "/12", "/A", "/B", " hs", " m. 7", " lok. 3",
    ", 2.º Dto.", ", 3º izq", ", 1ºB", " bus 4", ", apt 5", " lgh 1102", " Top 7",
)  # fmt: skip
_FORMS = ("full", "first", "ini", "hon", "shouted", "lastfirst", "last")
_FORM_WEIGHTS = (52, 20, 7, 7, 7, 3, 4)


@cache
def common_words() -> tuple[str, ...]:
    """Words that are no names, folded."""
    return tuple(sorted(lexicon().common - lexicon().forename - lexicon().surname))


class Slots:
    """Draws values for one text: what is a person's, a street or a town, and what is nothing of it."""

    PEOPLE = frozenset({"any", "full", "first", "last", "hon", "ini", "lastfirst", "firsts", "lasts"})
    LABELS = {**dict.fromkeys(PEOPLE, "PERSON"), "street": "STREET", "city": "CITY"}

    def __init__(self, language: str, rng: random.Random) -> None:
        self._language, self._rng = language, rng

    def fill(self, slot: str) -> tuple[str, int]:
        """A value, and where in it the labelled part begins."""
        if slot == "hon":
            honorific = self._rng.choice(words()[self._language]["honorifics"])
            return f"{honorific} {self.last()}", len(honorific) + 1
        if slot == "any":
            return self.fill(self._rng.choices(_FORMS, _FORM_WEIGHTS)[0])
        return str(getattr(self, slot)()), 0

    def _name(self, kind: str) -> str:
        """A name of the lists; now and then one that is in no list, made of two."""
        one = self._rng.choice(self._source(kind))
        if self._rng.random() > _BLENDED:
            return one
        other = self._rng.choice(self._source(kind))
        front, back = one[: max(2, len(one) * 2 // 3)], other[-max(2, len(other) // 2) :].lower()
        return (front + back).replace(" ", "")

    def _source(self, kind: str) -> list[str]:
        draw = self._rng.random()
        if draw < _FOREIGN / 2:
            return names()["foreign"][kind]
        if draw < _FOREIGN:
            return names()[self._rng.choice(LANGUAGES)][kind]
        return names()[self._language][kind]

    def first(self) -> str:
        one = self._name("first")
        if self._rng.random() < 0.07:
            return f"{one}{self._rng.choice('- ')}{self._name('first')}"
        return one

    def last(self) -> str:
        rng = self._rng
        one = self._name("last")
        draw, particles = rng.random(), _PARTICLES[self._language]
        if particles and draw < 0.2 and " " not in one:
            particle = rng.choice(particles)
            return f"{particle}{one}" if particle[-1] in "'c" or particle in ("Mac", "Fitz") else f"{particle} {one}"
        if draw < 0.28 or (self._language in ("es", "pt") and draw < 0.6):
            joint = (
                "-"
                if self._language not in ("es", "pt")
                else rng.choice((" ", " ", "-", " y " if rng.random() < 0.1 else " "))
            )
            return f"{one}{joint}{self._name('last')}"
        return one

    def full(self) -> str:
        middle = f"{self._rng.choice(string.ascii_uppercase)}. " if self._rng.random() < 0.06 else ""
        if self._language in ("es", "pt", "it", "fr") and self._rng.random() < 0.15:
            return f"{self.first()} {self.first()} {self.last()} {self.last()}"
        return f"{self.first()} {middle}{self.last()}"

    def ini(self) -> str:
        letters = self._rng.choices(string.ascii_uppercase, k=self._rng.choice((1, 1, 1, 2, 3)))
        style = self._rng.choice((".", ". ", "", "."))
        return style.join(letters) + style.rstrip() + " " + self.last()

    def shouted(self) -> str:
        first, last = self.first(), self.last().upper()
        return f"{first} {last}" if self._rng.random() < 0.6 else f"{last} {first}"

    def lastfirst(self) -> str:
        return f"{self.last()}, {self.first()}"

    def firsts(self) -> str:
        return self._inflected(self.first())

    def lasts(self) -> str:
        return self._inflected(self.last())

    def _inflected(self, name: str) -> str:
        endings = _ENDINGS.get(self._language)
        if not endings or self._rng.random() < 0.15:
            return name
        ending = self._rng.choice(endings)
        stem = name[:-1] if self._language == "pl" and name[-1] in "aieoy" else name
        if self._language == "pl" and name.endswith(("ski", "cki", "dzki")):
            return name[:-1] + self._rng.choice(("iego", "iemu", "im"))
        if self._language == "pl" and name.endswith(("ska", "cka")):
            return name[:-1] + self._rng.choice(("iej", "ą"))
        return stem + ending

    def city(self) -> str:
        return self._rng.choice(names()[self._language]["city"])

    def street(self) -> str:
        rng = self._rng
        if rng.random() < 0.4:
            return self._numbered(self._common_street())
        pattern = rng.choice(words()[self._language]["streets"])
        name = rng.choice(
            (self._rng.choice(self._source("last")), self._rng.choice(self._source("first")), self.city())
        )
        whole = pattern.format(n=name.split(" ")[0].title(), N=name)
        return self._numbered(whole[0].upper() + whole[1:] if rng.random() < 0.5 else whole)

    def _thing_of_nature(self) -> str:
        """Streets are named for what everybody knows."""
        return str(self._rng.choice(common_words())).capitalize()

    def _common_street(self) -> str:
        own = words()[self._language]
        stem, end = self._rng.choice(own["street_stems"]), self._rng.choice(own["street_ends"])
        return f"{stem}{end}" if self._language in ("nl", "de", "sv") else f"{stem.strip()} {end.strip()}"

    def _numbered(self, whole: str) -> str:
        rng = self._rng
        number = f"{rng.randint(1, 240)}{rng.choice(_NUMBERS)}"
        if self._language in ("en", "fr") and rng.random() < 0.9:
            return f"{number}{rng.choice((' ', ' ', ', '))}{whole}"
        return f"{whole}{', ' if self._language in ('es', 'it', 'pt') and rng.random() < 0.6 else ' '}{number}"

    def postcode(self) -> str:
        digits = self._digits
        match self._language:
            case "nl":
                return (
                    f"{digits(4)}{self._rng.choice((' ', ''))}{''.join(self._rng.choices(string.ascii_uppercase, k=2))}"
                )
            case "pl":
                return f"{digits(2)}-{digits(3)}"
            case "sv":
                return f"{digits(3)} {digits(2)}"
            case "pt":
                return f"{digits(4)}-{digits(3)}"
            case "en":
                return f"{self._rng.choice(('M', 'LS', 'B', 'SW', 'EH'))}{digits(1)} {digits(1)}{self._rng.choice('ABDE')}{self._rng.choice('HJLN')}"
            case _:
                return digits(5)

    def email(self) -> str:
        name = f"{self._rng.choice(self._source('first'))}{self._rng.choice(('.', '', '_'))}{self._rng.choice(self._source('last'))}"
        plain = "".join(letter for letter in name.lower() if letter.isascii() and letter != " ")
        return f"{plain}@{self._rng.choice(('mail', 'post', 'werk', 'buero', 'correo'))}.{self._rng.choice(('example', 'nl', 'de', 'eu'))}"

    def phone(self) -> str:
        return f"{self._rng.choice(('+31 ', '+49 ', '0', '06-', '+33 ', '0', '+48 '))}{self._digits(3)} {self._digits(3)} {self._digits(3)}"

    def iban(self) -> str:
        return f"{self._rng.choice(('NL', 'DE', 'FR', 'PL'))}{self._digits(2)} {self._rng.choice(('INGB', '3704', 'RABO'))} {self._digits(4)} {self._digits(4)} {self._digits(2)}"

    def order(self) -> str:
        return self._rng.choice(("#", "", "", "WC-", "order ")) + self._digits(self._rng.randint(3, 6))

    def invoice(self) -> str:
        return f"{self._rng.choice(('2026/', 'INV-', 'F-2026-', 'RE'))}{self._digits(5)}"

    def sku(self) -> str:
        rng = self._rng
        return f"{''.join(rng.choices(string.ascii_uppercase, k=rng.randint(2, 3)))}-{rng.choice(('LAMP', 'MARIE', 'TBL', 'OAK', 'PEN', 'ANNA'))}-{self._digits(2)}"

    def tracking(self) -> str:
        return self._rng.choice(("3SABC", "0034", "JJD", "1Z")) + self._digits(12)

    def date(self) -> str:
        return f"{self._rng.randint(1, 28)}{self._rng.choice(('-', '/', '.'))}{self._rng.randint(1, 12)}{self._rng.choice(('', '-2026'))}"

    def time(self) -> str:
        return f"{self._rng.randint(7, 21)}{self._rng.choice((':00', 'h', ':30', '.15'))}"

    def price(self) -> str:
        return self._rng.choice(("€ {}", "{} €", "{} EUR", "€{}", "{} zł", "£{}", "{} kr")).format(
            f"{self._rng.randint(2, 400)},95"
        )

    def qty(self) -> str:
        return str(self._rng.randint(1, 12))

    def product(self) -> str:
        rng = self._rng
        thing = rng.choice(words()[self._language]["things"])
        name = rng.choice((self._name("first"), self._name("first"), self._name("last")))
        return rng.choice(
            (
                "{t}",
                "{t}",
                "{t} {n}",
                "{t} {n}",
                '{t} "{n}"',
                "{t} {m} {n}",
                "{t} {n} {c}",
                "{n} {t}",
                "{t} {b}",
                "{t} '{n}'",
                "{t} „{n}”",
                "{t} «{n}»",
                "{t} {n} {d}",
            )
        ).format(
            t=rng.choice((thing, thing, thing.lower())),
            n=name,
            m=rng.choice(words()[self._language]["models"]),
            c=self.color(),
            b=self.brand(),
            d=self._digits(2),
        )

    def brand(self) -> str:
        return str(self._rng.choice(words()["brands"]))

    def carrier(self) -> str:
        return str(self._rng.choice(words()["carriers"]))

    def day(self) -> str:
        return str(self._rng.choice(words()[self._language]["days"]))

    def holiday(self) -> str:
        return str(self._rng.choice(words()[self._language]["holidays"]))

    def month(self) -> str:
        return str(self._rng.choice(words()[self._language]["months"]))

    def country(self) -> str:
        return str(self._rng.choice(words()[self._language]["countries"]))

    def tongue(self) -> str:
        return str(self._rng.choice(words()[self._language]["tongues"]))

    def pay(self) -> str:
        return str(self._rng.choice(words()["payments"]))

    def company(self) -> str:
        return str(self._rng.choice(words()["companies"]))

    def code(self) -> str:
        return self._rng.choice(("B", "A", "", "#", "SUMMER", "WELKOM")) + self._digits(self._rng.choice((2, 4)))

    def color(self) -> str:
        return str(self._rng.choice(words()[self._language]["colors"]))

    def size(self) -> str:
        return str(self._rng.choice(words()[self._language]["sizes"]))

    def _digits(self, count: int) -> str:
        return "".join(self._rng.choices(string.digits, k=count))
