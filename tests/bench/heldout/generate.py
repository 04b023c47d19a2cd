"""Makes the held-out texts: `generate("nl", 300, seed=1)`. The same arguments always give the same texts."""

import re
import unicodedata
from random import Random

from streams.redact.detect.spans import Span
from tests.bench.detection import Text
from tests.bench.heldout.identifiers import NATIONAL, VAT
from tests.bench.heldout.lists import names, templates, words
from tests.bench.heldout.people import person
from tests.bench.heldout.slots import HARMLESS, PERSONAL, Scene, Value, order_link

CLEAN_SHARE, HURRIED_SHARE, JOINED_SHARE, ABROAD_SHARE = 0.4, 0.1, 0.25, 0.15
_SLOT = re.compile(r"\{(\w+)\}")


def generate(language: str, count: int, seed: int) -> list[Text]:
    """Texts of a language; about two in five hold nothing personal."""
    rng = Random(f"{language}:{seed}")
    return [_text(rng, language) for _ in range(count)]


def _text(rng: Random, language: str) -> Text:
    given = templates(language)
    clean = rng.random() < CLEAN_SHARE
    lines = [rng.choice(given.clean if clean else given.personal)]
    if rng.random() < JOINED_SHARE:
        lines.insert(rng.randint(0, 1), rng.choice(given.clean))
    template = " ".join(lines)
    scene = Scene(
        language, _country(rng, language, template), names(language), words(language), rng, person(rng, names(language))
    )
    text, labels = fill(template, scene)
    if rng.random() < HURRIED_SHARE:
        text = hurried(rng, text)
    return Text(text, labels, language, scene.country)


def _country(rng: Random, language: str, template: str) -> str:
    countries = words(language).countries
    country = countries[-1] if rng.random() < ABROAD_SHARE else countries[0]
    lacks = ("{national}" in template and country not in NATIONAL) or ("{vat}" in template and country not in VAT)
    return countries[0] if lacks else country


def fill(template: str, scene: Scene) -> tuple[str, tuple[Span, ...]]:
    """The template with its slots filled, and where the personal values stand."""
    text, labels, at = "", [], 0
    for slot in _SLOT.finditer(template):
        text += template[at : slot.start()]
        value = _value(slot[1], scene)
        if slot[1] == "orderlink":
            link, key = order_link(scene)
            text, value = text + link, Value(key, "credential")
        if value.label:
            labels.append(Span(len(text), len(text) + len(value.text), value.label, 1.0, value.origin))
        text, at = text + value.text, slot.end()
    return text + template[at:], tuple(labels)


def _value(slot: str, scene: Scene) -> Value:
    if slot == "orderlink":
        return Value("")
    return PERSONAL[slot](scene) if slot in PERSONAL else Value(HARMLESS[slot](scene))


def hurried(rng: Random, text: str) -> str:
    """As if typed in a hurry: lower case, or no accents, or both; every character keeps its place."""
    lower, bare = rng.choice(((True, False), (False, True), (True, True)))
    if "wc_order_" in text:
        lower = False  # a key in lower case is another key
    each = (sign.lower() if lower and len(sign.lower()) == 1 else sign for sign in text)
    return "".join(_bare(sign) if bare else sign for sign in each)


def _bare(sign: str) -> str:
    base = unicodedata.normalize("NFKD", sign)
    return base[0] if len(base) > 1 and unicodedata.combining(base[1]) else sign
