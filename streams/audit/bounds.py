"""What a record's values must keep to: ClickHouse's DateTime64(6) and Decimal(18, 4) hold less than Avro can carry.

All other types of the schemas hold the same in both.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from avro_schemas.schemas import SchemaName, schema
from streams.audit.columns import Reader, Record, reader
from streams.delivery.refusal import RefusedError

EARLIEST_YEAR, LATEST_YEAR = 1900, 2299
DECIMAL_BOUND = Decimal(10) ** 14
_BOUNDED = frozenset({"timestamp-micros", "decimal"})


def check(name: SchemaName, record: Record) -> None:
    """RefusedError when a value is more than a column can hold; it names the field and never the value."""
    for path, read in _bounded(name):
        value = read(record)
        for one in value if isinstance(value, list) else (value,):
            rule = _broken_rule(one)
            if rule is not None:
                raise RefusedError(
                    f"{path} of {name} {rule}", "mend the stage that wrote it, then replay the dead letter"
                )


def _broken_rule(value: Any) -> str | None:
    if isinstance(value, datetime) and not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
        return f"lies outside the years {EARLIEST_YEAR}..{LATEST_YEAR}"
    if isinstance(value, Decimal) and not abs(value) < DECIMAL_BOUND:
        return "needs more than 18 digits"
    return None


@cache
def _bounded(name: SchemaName) -> tuple[tuple[str, Reader], ...]:
    return tuple((path, reader(path)) for path in _paths(schema(name).source, ""))


def _paths(node: Any, path: str) -> Iterator[str]:
    if isinstance(node, list):
        for member in node:
            yield from _paths(member, path)
    elif isinstance(node, dict):
        if node.get("logicalType") in _BOUNDED:
            yield path
        elif node["type"] == "array":
            yield from _paths(node["items"], path + "[]")
        for field in node.get("fields", ()):
            yield from _paths(field["type"], f"{path}.{field['name']}".lstrip("."))
