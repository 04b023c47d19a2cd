"""Typed access to a shop's JSON: what is there has the expected type, or the record is refused with the path named."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from streams.clock import from_ms
from streams.delivery.refusal import RefusedError

T = TypeVar("T")
Json = Mapping[str, Any]

MONEY_STEP = Decimal("0.0001")
NO_MONEY = Decimal(0).quantize(MONEY_STEP)
_LARGEST_ID = 2**63 - 1
_LARGEST_COUNT = 2**31 - 1
LARGEST_MONEY = Decimal(10) ** 14
_INTEGER = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)
_SLUG = re.compile(r"[a-z0-9_-]{1,40}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,100}", re.ASCII)
_REMEDY = "compare the shop's version with the one Inland knows, correct the mapping, then replay the dead letter"


class WrongFieldError(RefusedError):
    """A field is not what it should be."""

    def __init__(self, path: str, expected: str) -> None:
        """`path`: names of fields, with `[]` for an item of a list; `expected`: what should stand there."""
        super().__init__(f"mapping: {path} is not {expected}", _REMEDY, RefusedError)
        self.path = path
        self.expected = expected

    def within(self, name: str) -> "WrongFieldError":
        """The same, told from outside the object that holds the field."""
        return WrongFieldError(f"{name}.{self.path}", self.expected)


def wrong(path: str, expected: str) -> WrongFieldError:
    """The refusal for a field that is not what it should be."""
    return WrongFieldError(path, expected)


def text(record: Json, name: str) -> str:
    """A string; empty when absent or null."""
    value = record.get(name)
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise wrong(name, "text")
    return str(value)


def slug(record: Json, name: str) -> str:
    """A word of the shop's own vocabulary, such as a status; empty when absent.

    Plugins add values that nobody knows beforehand. A slug is passed on; anything else could hold a person's name.
    """
    value = text(record, name)
    if value and not _SLUG.fullmatch(value):
        raise wrong(name, "a slug of a-z, 0-9, _ and -, at most 40 characters")
    return value


def code(record: Json, name: str) -> str:
    """An id that a plugin gave itself, such as a payment method; empty when absent. Wider than a slug, yet no text."""
    value = text(record, name)
    if value and not _CODE.fullmatch(value):
        raise wrong(name, "a code of letters, digits and _.:-, at most 100 characters")
    return value


def integer(record: Json, name: str, default: int | None = None) -> int:
    """An integer, also one written as text; `default` when absent, null or empty, refused when there is no default."""
    value = record.get(name)
    if type(value) is not int:
        if value in (None, "") and default is not None:
            return default
        value = _whole(value)
    if value is None or abs(value) > _LARGEST_ID:
        raise wrong(name, "an integer")
    return value


def _whole(value: object) -> int | None:
    if isinstance(value, str):
        return int(value) if _INTEGER.fullmatch(value) else None
    return int(value) if isinstance(value, float) and value.is_integer() else None


def identifier(record: Json, name: str) -> int:
    """A positive WooCommerce id."""
    number = integer(record, name)
    if number <= 0:
        raise wrong(name, "a positive id")
    return number


def reference(record: Json, name: str) -> int:
    """The id of something else; 0 for nothing, as WooCommerce writes it."""
    number = integer(record, name, 0)
    if number < 0:
        raise wrong(name, "an id")
    return number


def count(record: Json, name: str) -> int:
    """A number of pieces, zero when absent; below zero where goods come back."""
    number = integer(record, name, 0)
    if abs(number) > _LARGEST_COUNT:
        raise wrong(name, "a number of pieces")
    return number


def flag(record: Json, name: str) -> bool:
    """A boolean; false when absent."""
    value = record.get(name, False)
    if not isinstance(value, bool):
        raise wrong(name, "true or false")
    return value


def flag_number(record: Json, name: str) -> bool:
    """A boolean as a database column holds it, 0 or 1; false when absent."""
    return integer(record, name, 0) != 0


def money(record: Json, name: str) -> Decimal:
    """An amount with four decimals; zero when absent or empty."""
    amount = optional_money(record, name)
    return NO_MONEY if amount is None else amount


def optional_money(record: Json, name: str) -> Decimal | None:
    """An amount with four decimals, or None when absent, null or empty."""
    value = record.get(name)
    if value in (None, ""):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise wrong(name, "an amount") from None
    if isinstance(value, bool) or not amount.is_finite() or abs(amount) >= LARGEST_MONEY:
        raise wrong(name, "an amount")
    # Minus zero would be another amount to whoever compares texts.
    return amount.quantize(MONEY_STEP) if amount else NO_MONEY


def moment(record: Json, name: str) -> datetime:
    """One of WooCommerce's `_gmt` dates, which carry no zone."""
    value = record.get(name)
    try:
        found = datetime.fromisoformat(value)  # type: ignore[arg-type]  # what it refuses is refused below
    except (TypeError, ValueError):
        raise wrong(name, "a date") from None
    if found.utcoffset():
        raise wrong(name, "a date in UTC")
    return found.replace(tzinfo=UTC)


def optional_moment(record: Json, name: str) -> datetime | None:
    """A `_gmt` date, or None when absent, null or empty."""
    return moment(record, name) if record.get(name) not in (None, "") else None


def moment_ms(record: Json, name: str) -> datetime:
    """A Debezium Timestamp: milliseconds since the epoch."""
    try:
        return from_ms(integer(record, name))
    except OverflowError:
        raise wrong(name, "a date") from None


def child(record: Json, name: str) -> Json:
    """An object; empty when absent or null. WooCommerce writes an empty object as an empty list."""
    value = record.get(name)
    if value is None or value == []:
        return {}
    if not isinstance(value, Mapping):
        raise wrong(name, "an object")
    return value


def children(record: Json, name: str) -> list[Json]:
    """A list of objects; empty when absent or null."""
    value = record.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise wrong(name, "a list of objects")
    return value


def each(record: Json, name: str, read: Callable[[Json], T]) -> list[T]:
    """The items of a list of objects as `read` reads them; a refusal within names the whole path."""
    found = children(record, name)
    try:
        return [read(item) for item in found]
    except WrongFieldError as error:
        raise error.within(f"{name}[]") from None
