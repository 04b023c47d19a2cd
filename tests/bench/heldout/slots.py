"""What fills a slot of a template: a value and, where it is personal, its label."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.bench.heldout import people, places
from tests.bench.heldout.identifiers import NATIONAL, VAT
from tests.bench.heldout.lists import Names, Words
from tests.bench.heldout.numbers import card, digits, iban, passport

_KEY = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_MODELS = ("iPhone 14 Pro", "ThinkPad T480", "Galaxy S21 FE", "ECAM 22.110", "RTX 4070", "PS5", "WH-1000XM4")


@dataclass(frozen=True, slots=True)
class Scene:
    """One text's setting; the same person is spoken of throughout."""

    language: str
    country: str
    names: Names
    words: Words
    rng: Random
    who: people.Person


@dataclass(frozen=True, slots=True)
class Value:
    """What stands in the slot. `label`: its entity type, None where it is not personal; `origin`: see Text."""

    text: str
    label: str | None = None
    origin: str = "label"


def order_link(scene: Scene) -> tuple[str, str]:
    """A payment link, and the key in it which gives access."""
    key = "wc_order_" + "".join(scene.rng.choice(_KEY) for _ in range(13))
    return f"https://shop.example/checkout/order-pay/{digits(scene.rng, 5)}/?pay_for_order=true&key=", key


def date(scene: Scene, first: int, last: int) -> str:
    """A date between two years, in one of the forms of the language."""
    rng, day, month = scene.rng, scene.rng.randint(1, 28), scene.rng.randint(1, 12)
    year = rng.randint(first, last)
    joint = {"nl": "-", "de": ".", "pl": ".", "sv": "-"}.get(scene.language, "/")
    written = f"{day} {scene.words.months[month - 1]} {year}"
    if scene.language in ("es", "pt"):
        written = f"{day} de {scene.words.months[month - 1]} de {year}"
    if scene.language == "de":
        written = written.replace(" ", ". ", 1)
    numeric = f"{day:02d}{joint}{month:02d}{joint}{year}" if scene.language != "sv" else f"{year}-{month:02d}-{day:02d}"
    return rng.choice((written, numeric, numeric))


def _person(scene: Scene) -> Value:
    name = people.full_name(scene.rng, scene.who, scene.names, scene.words, scene.language)
    return Value(name, "person", _origin(scene.who))


def _origin(who: people.Person) -> str:
    return "listed" if who.listed else "unlisted"


def _other(scene: Scene, part: str) -> Value:
    who = people.person(scene.rng, scene.names)
    return Value(who.first if part == "first" else who.last, "person", _origin(who))


def _price(scene: Scene) -> str:
    whole, cents = scene.rng.randint(2, 900), scene.rng.choice(("00", "50", "95", "99"))
    signs = {"pl": "{0},{1} zł", "sv": "{0} kr", "en": "£{0}.{1}", "nl": "€ {0},{1}"}
    return signs.get(scene.language, "{0},{1} €").format(whole, cents)


def _product(scene: Scene) -> str:
    thing = scene.rng.choice(scene.words.things)
    if scene.rng.random() < 0.6:
        return f"{thing} {scene.rng.choice(scene.names.first)}"
    return f"{thing} {scene.rng.choice(scene.words.adjectives)}"


def _company(scene: Scene) -> str:
    return scene.rng.choice(scene.words.companies).format(x=scene.rng.choice(scene.names.last))


PERSONAL: dict[str, Callable[[Scene], Value]] = {
    "person": _person,
    "first": lambda scene: _other(scene, "first"),
    "last": lambda scene: _other(scene, "last"),
    "email": lambda scene: Value(people.email(scene.rng, scene.who), "email"),
    "username": lambda scene: Value(people.username(scene.rng, scene.who), "username"),
    "phone": lambda scene: Value(places.phone(scene.rng, scene.country), "phone"),
    "iban": lambda scene: Value(iban(scene.rng, scene.country), "iban"),
    "card": lambda scene: Value(card(scene.rng), "card"),
    "passport": lambda scene: Value(passport(scene.rng), "passport_no"),
    "national": lambda scene: Value(NATIONAL[scene.country][1](scene.rng), NATIONAL[scene.country][0]),
    "street": lambda scene: Value(places.street(scene.rng, scene.words), "street_address"),
    "postcode": lambda scene: Value(places.postcode(scene.rng, scene.country), "postcode"),
    "city": lambda scene: Value(scene.rng.choice(scene.names.city), "city"),
    "born": lambda scene: Value(date(scene, 1938, 2006), "date_of_birth"),
    "vat": lambda scene: Value(VAT[scene.country](scene.rng), "vat_number"),
    "company": lambda scene: Value(_company(scene), "organisation"),
}
HARMLESS: dict[str, Callable[[Scene], str]] = {
    "order": lambda scene: scene.rng.choice(("#{}", "{}", "KK-{}")).format(digits(scene.rng, 5)),
    "invoice": lambda scene: f"{scene.rng.choice(('2026/00', 'F2026-', 'RE-2026-'))}{digits(scene.rng, 4)}",
    "tracking": lambda scene: places.tracking(scene.rng),
    "sku": lambda scene: (
        f"{scene.rng.choice(('KK', 'LMP', 'ST'))}-{scene.rng.choice(('TAFEL', 'OAK', 'BLU'))}-"
        f"{scene.rng.randint(1, 99):02d}"
    ),
    "price": _price,
    "product": _product,
    "date": lambda scene: date(scene, 2026, 2027),
    "time": lambda scene: f"{scene.rng.randint(8, 20)}:{scene.rng.choice(('00', '15', '30', '45'))}",
    "ean": lambda scene: "87" + digits(scene.rng, 11),
    "batch": lambda scene: f"2026-{scene.rng.randint(1, 52):02d}",
    "size": lambda scene: scene.rng.choice(("M", "XL", "38", "42", "160x200", "45 cm")),
    "carrier": lambda scene: scene.rng.choice(scene.words.carriers),
    "number": lambda scene: str(scene.rng.randint(2, 40)),
    "model": lambda scene: scene.rng.choice(_MODELS),
}
