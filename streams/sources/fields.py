"""Typed access to a shop's JSON: what is there has the expected type, or the record is refused with the path named."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from streams.clock import from_ms
from streams.delivery.refusal import RefusedError

Json = Mapping[str, Any]

MONEY_STEP = Decimal("0.0001")
_LARGEST_ID = 2**63 - 1
_LARGEST_MONEY = Decimal(10) ** 14
_REMEDY = "compare the shop's version with the one Inland knows, correct the mapping, then replay the dead letter"


def wrong(path: str, expected: str) -> RefusedError:
    """The refusal for a field that is not what it should be."""
    return RefusedError(f"mapping: {path} is not {expected}", _REMEDY)


def text(record: Json, name: str) -> str:
    """A string; empty when absent or null."""
    value = record.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise wrong(name, "text")
    return str(value)


def integer(record: Json, name: str, default: int | None = None) -> int:
    """An integer, also one written as text; `default` when absent, null or empty, refused when there is no default."""
    value = record.get(name)
    if value in (None, "") and default is not None:
        return default
    try:
        number = int(value)  # type: ignore[arg-type]  # what int() refuses is refused below
    except (TypeError, ValueError):
        raise wrong(name, "an integer") from None
    if isinstance(value, bool) or (isinstance(value, float) and number != value) or abs(number) > _LARGEST_ID:
        raise wrong(name, "an integer")
    return number


def identifier(record: Json, name: str) -> int:
    """A positive WooCommerce id."""
    number = integer(record, name)
    if number <= 0:
        raise wrong(name, "a positive id")
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
    return Decimal(0).quantize(MONEY_STEP) if amount is None else amount


def optional_money(record: Json, name: str) -> Decimal | None:
    """An amount with four decimals, or None when absent, null or empty."""
    value = record.get(name)
    if value in (None, ""):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise wrong(name, "an amount") from None
    if isinstance(value, bool) or not amount.is_finite() or abs(amount) >= _LARGEST_MONEY:
        raise wrong(name, "an amount")
    return amount.quantize(MONEY_STEP)


def moment(record: Json, name: str) -> datetime:
    """One of WooCommerce's `_gmt` dates, which carry no zone."""
    value = record.get(name)
    try:
        return datetime.fromisoformat(value).replace(tzinfo=UTC)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise wrong(name, "a date") from None


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
