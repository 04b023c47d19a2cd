"""Which field of a record fills which column: paths into a decoded record, and what a value must keep to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

Record = Mapping[str, Any]
Reader = Callable[[Record], Any]

# ClickHouse's DateTime64(6) and Decimal(18, 4) hold less than Avro's logical types can carry.
EARLIEST_YEAR, LATEST_YEAR = 1900, 2299
DECIMAL_BOUND = Decimal(10) ** 14


@dataclass(frozen=True, slots=True)
class Column:
    """A column and the path of the field it takes, e.g. `order.line_items[].quantity`.

    `.` goes into a record, `[]` over an array. A path through a null record reads as null; over an array, as empty.
    """

    name: str
    path: str


@cache
def reader(path: str) -> Reader:
    """A function that reads `path` from a decoded record."""
    outer, array, inner = path.partition("[]")
    keys = tuple(outer.split("."))
    if not array:
        return _scalar(keys)
    listed = _scalar(keys)
    if not inner:
        return lambda record: listed(record) or []
    key = inner.removeprefix(".")
    return lambda record: [item[key] for item in listed(record) or ()]


def _scalar(keys: tuple[str, ...]) -> Reader:
    if len(keys) == 1:
        (only,) = keys
        return lambda record: record[only]

    def read(record: Record) -> Any:
        found: Any = record
        for key in keys:
            if found is None:
                return None
            found = found[key]
        return found

    return read


def broken_rule(column: Column, value: Any) -> str | None:
    """What about the value ClickHouse cannot hold, as a sentence without the value; None when all is well."""
    values = value if isinstance(value, list) else (value,)
    for one in values:
        if isinstance(one, datetime) and not EARLIEST_YEAR <= one.year <= LATEST_YEAR:
            return f"{column.path} lies outside {EARLIEST_YEAR}..{LATEST_YEAR}"
        if isinstance(one, Decimal) and not abs(one) < DECIMAL_BOUND:
            return f"{column.path} needs more than 18 digits"
    return None
