"""What somebody who tries Inland says is known of a text's subject, in three forms. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from streams.redact.offline.answer import LineError
from streams.redact.values import KnownValue

MAX_KNOWN = 256
_MAX_CHARACTERS = 1_000

# By pii class: what a type, or a field of a shop, may be called.
_NAMES: Mapping[str, str] = {
    "person": "person per name full_name display_name first_name last_name given_name family_name surname author",
    "email": "email e_mail mail email_address author_email billing_email",
    "phone": "phone phone_number telephone tel mobile",
    "street_address": "street_address street address address_1 address_2 address1 address2 house",
    "city": "city town place locality",
    "postcode": "postcode post_code postal_code zip zip_code",
    "organisation": "organisation organization org company company_name",
    "username": "username user_name user login user_login nickname",
    "iban": "iban",
    "account": "account account_number card card_number bsn niss pesel personnummer steuer_id nif nie nir "
    "codice_fiscale passport_no passport vat vat_number tax_id customer_number",
    "credential": "credential password order_key token",
    "ip_address": "ip_address ip customer_ip_address",
    "date_of_birth": "date_of_birth dob birth_date birthday",
    "unknown": "unknown other",
}
_CLASSES = {name: pii for pii, names in _NAMES.items() for name in names.split()}
_GIVEN, _FAMILY = ("first_name", "given_name"), ("last_name", "family_name", "surname")
_SIDES = ("billing_", "shipping_")
_NAME = re.compile(r"[^\W\d_]+(?:[ .'’-]+[^\W\d_]+)*\.?")
_STREET = re.compile(r"(?=.*\d)(?=.*[^\W\d_]{4}).*[\s,].*", re.DOTALL)
_EMAIL = re.compile(r"\S+@\S+")
_REMEDY = (
    'write "known" as a list of strings, a list of {"value", "type"}, or an object of types or field names and values'
)


def known_values(given: object) -> tuple[KnownValue, ...]:
    """The values; LineError when they have none of the three forms, or are too many or too long."""
    match given:
        case None:
            found: list[KnownValue] = []
        case str():
            found = [_bare(given)]
        case list():
            found = [value for one in given for value in _listed(one)]
        case dict():
            found = list(_named(given))
        case _:
            raise LineError("input: known has a form of its own", _REMEDY)
    values = tuple(dict.fromkeys(value for value in found if value.value.strip()))
    if len(values) > MAX_KNOWN or any(len(value.value) > _MAX_CHARACTERS for value in values):
        raise LineError(
            f"input: more than {MAX_KNOWN} known values, or one over {_MAX_CHARACTERS} characters",
            "name what is known of the text's subject alone",
        )
    return values


def _listed(one: object) -> Iterator[KnownValue]:
    if not isinstance(one, dict):
        yield from (_bare(text) for text in _texts(one))
        return
    if "value" not in one:
        yield from _named(one)
        return
    kind = one.get("type", one.get("entity_type", one.get("entity", "unknown")))
    yield from (_of(str(kind), text) for text in _texts(one["value"]))


def _named(given: Mapping[str, Any]) -> Iterator[KnownValue]:
    for name, content in given.items():
        if isinstance(content, dict):
            # An order's `billing` holds an address.
            yield from _named(content)
            continue
        yield from (_of(name, text) for text in _texts(content))
    parts = [_first(given, names) for names in (_GIVEN, _FAMILY)]
    if all(parts):
        yield KnownValue(" ".join(parts), "person")


def _first(given: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((str(value) for name in names if isinstance(value := given.get(name), str)), "")


def _of(name: str, text: str) -> KnownValue:
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    for side in _SIDES:
        plain = plain.removeprefix(side)
    pii = _CLASSES.get(plain, "unknown")
    return _bare(text) if pii == "unknown" else KnownValue(text, pii)


def _bare(text: str) -> KnownValue:
    """A value that nobody named: a name or a street by its look, anything else by what detection makes of it."""
    plain = text.strip()
    if _NAME.fullmatch(plain):
        return KnownValue(text, "person")
    if _EMAIL.fullmatch(plain):
        return KnownValue(text, "email")
    return KnownValue(text, "street_address" if _STREET.fullmatch(plain) else "unknown")


def _texts(content: object) -> Iterator[str]:
    match content:
        case None:
            return
        case str():
            yield content
        case bool():
            raise LineError("input: a known value is no text", _REMEDY)
        case int():
            yield str(content)
        case list():
            for one in content:
                yield from _texts(one)
        case _:
            raise LineError("input: a known value is no text", _REMEDY)
