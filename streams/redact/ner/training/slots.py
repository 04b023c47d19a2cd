"""The slots of a template, by name: what fills each, and which are labelled."""

from collections.abc import Callable, Mapping

from streams.redact.ner.training import numbered, people, places, things
from streams.redact.ner.training.draw import Draw

_PEOPLE: Mapping[str, Callable[[Draw], str]] = {
    "full": people.full,
    "first": people.first,
    "last": people.last,
    "ini": people.initials,
    "shouted": people.shouted,
    "lastfirst": people.last_first,
    "firsts": people.first_inflected,
    "lasts": people.last_inflected,
}
_OTHERS: Mapping[str, Callable[[Draw], str]] = {
    "street": places.street,
    "city": places.city,
    "postcode": places.postcode,
    "email": numbered.email,
    "phone": numbered.phone,
    "iban": numbered.iban,
    "order": numbered.order,
    "invoice": numbered.invoice,
    "sku": numbered.sku,
    "tracking": numbered.tracking,
    "code": numbered.code,
    "date": numbered.date,
    "time": numbered.time,
    "price": numbered.price,
    "qty": numbered.quantity,
    "product": things.product,
    "color": things.own("colors"),
    "size": things.own("sizes"),
    "day": things.own("days"),
    "month": things.own("months"),
    "holiday": things.own("holidays"),
    "country": things.own("countries"),
    "tongue": things.own("tongues"),
    "brand": things.shared("brands"),
    "carrier": things.shared("carriers"),
    "company": things.shared("companies"),
    "pay": things.shared("payments"),
}
_MAKERS = {**_PEOPLE, **_OTHERS}
# A person with an honorific, which is not labelled; and a person in any of the forms below.
_ADDRESSED, _ANY = "hon", "any"
_FORMS = ("full", "first", "ini", _ADDRESSED, "shouted", "lastfirst", "last")
_FORM_WEIGHTS = (52, 20, 7, 7, 7, 3, 4)

SLOTS = frozenset({*_MAKERS, _ADDRESSED, _ANY})
"""What may stand between braces in a template."""
LABELS: Mapping[str, str] = {
    **dict.fromkeys((*_PEOPLE, _ADDRESSED, _ANY), "PERSON"),
    "street": "STREET",
    "city": "CITY",
}
"""The label of a slot's value; slots that are not here are no part of a name."""


def fill(slot: str, draw: Draw) -> tuple[str, int]:
    """A value, and where in it the labelled part begins; ValueError for a slot that is not in ``SLOTS``."""
    form = draw.rng.choices(_FORMS, _FORM_WEIGHTS)[0] if slot == _ANY else slot
    if form == _ADDRESSED:
        honorific = draw.own("honorifics")
        return f"{honorific} {people.last(draw)}", len(honorific) + 1
    if form not in _MAKERS:
        raise ValueError(f"a template has the slot {{{form}}}, which slots.py does not know: add it there or rename it")
    return _MAKERS[form](draw), 0
