"""Free texts from templates: which words are personal data is known because we put them there."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from random import Random
from string import Formatter

import yaml
from pydantic import BaseModel, ConfigDict

from infra.local.shop.countries import fill
from infra.local.shop.identifiers import grouped
from infra.local.shop.model import Intent, LabelledText, Person, PiiType, Product, Sentiment, Span

LANGUAGES = ("nl", "de", "fr", "es", "it", "en", "pl", "sv", "pt", "da", "fi")
STAFF_LANGUAGES = ("nl", "nl", "en", "de")
AGENTS = ("Ilse", "Tom", "Noor")

SLOT_TYPES = {
    "me": PiiType.PERSON,
    "first": PiiType.PERSON,
    "other": PiiType.PERSON,
    "agent": PiiType.PERSON,
    "phone": PiiType.PHONE,
    "email": PiiType.EMAIL,
    "work_email": PiiType.EMAIL,
    "iban": PiiType.IBAN,
    "birth": PiiType.DATE_OF_BIRTH,
    "street": PiiType.STREET_ADDRESS,
    "postcode": PiiType.POSTCODE,
    "city": PiiType.CITY,
    "nid": PiiType.NATIONAL_ID,
}
"""Slots that hold personal data; the others (product, sku, invoice, tracking, day) are hard negatives."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReviewTemplate(_Strict):
    """A review with the sentiment its words carry."""

    sentiment: Sentiment
    text: str


class NoteTemplate(_Strict):
    """A note with its intent."""

    intent: Intent
    text: str


class Phrasebook(_Strict):
    """All templates of a language; staff write in a few languages only."""

    reviews: tuple[ReviewTemplate, ...]
    customer_notes: tuple[NoteTemplate, ...]
    staff_notes: tuple[NoteTemplate, ...] = ()
    refund_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """Who writes, who else is named, about which product, on which day."""

    writer: Person
    other: Person
    product: Product
    today: date


@cache
def phrasebook(language: str) -> Phrasebook:
    """Read a language's templates from the package."""
    text = (resources.files(__package__) / "texts" / f"{language}.yaml").read_text("utf-8")
    return Phrasebook.model_validate(yaml.safe_load(text))


def review(setting: Setting, rng: Random) -> LabelledText:
    """Draw a review in the writer's language, labelled with its sentiment."""
    template = rng.choice(phrasebook(setting.writer.language).reviews)
    return _fill(template.text, template.sentiment, setting.writer.language, setting, rng)


def customer_note(setting: Setting, rng: Random) -> LabelledText:
    """Draw a checkout note in the writer's language, labelled with its intent."""
    template = rng.choice(phrasebook(setting.writer.language).customer_notes)
    return _fill(template.text, template.intent, setting.writer.language, setting, rng)


def staff_note(setting: Setting, rng: Random) -> LabelledText:
    """Draw a note that the shop's staff write about the customer, labelled with its intent."""
    language = rng.choice(STAFF_LANGUAGES)
    template = rng.choice(phrasebook(language).staff_notes)
    return _fill(template.text, template.intent, language, setting, rng)


def refund_reason(setting: Setting, rng: Random) -> LabelledText:
    """Draw the reason staff give for a refund, in the customer's language."""
    language = setting.writer.language
    return _fill(rng.choice(phrasebook(language).refund_reasons), Intent.REFUND, language, setting, rng)


def _fill(template: str, label: str, language: str, setting: Setting, rng: Random) -> LabelledText:
    values = _values(setting, rng)
    text, spans = "", []
    for literal, slot, _, _ in Formatter().parse(template):
        text += literal
        if slot is None:
            continue
        value = values[slot]
        if slot in SLOT_TYPES:
            spans.append(Span(SLOT_TYPES[slot], value, len(text), len(text) + len(value)))
        text += value
    return LabelledText(text, language, label, tuple(spans))


def _values(setting: Setting, rng: Random) -> dict[str, str]:
    writer, product = setting.writer, setting.product
    day = setting.today + timedelta(days=rng.randint(2, 20))
    return {
        "me": writer.full_name,
        "first": writer.first_name,
        "other": setting.other.full_name,
        "agent": rng.choice(AGENTS),
        "phone": writer.phone,
        "email": writer.email,
        "work_email": writer.work_email,
        "iban": grouped(writer.iban) if rng.random() < 0.6 else writer.iban,
        "birth": f"{setting.other.birth_date:%d/%m/%Y}",
        "street": writer.address.street,
        "postcode": writer.address.postcode,
        "city": writer.address.city,
        "nid": writer.national_id,
        "product": product.name,
        "sku": product.sku,
        "invoice": fill("2026/00####", rng),
        "tracking": fill("003404341610########", rng),
        "day": f"{day:%d-%m-%Y}",
    }
