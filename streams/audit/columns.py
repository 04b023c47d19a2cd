"""Which field of a record fills which column: paths into a decoded record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

Record = Mapping[str, Any]
Reader = Callable[[Record], Any]


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
