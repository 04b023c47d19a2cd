"""What the .avsc files say about a path, in ClickHouse's words, and what the migrations say about a column."""

import re
from collections.abc import Iterator
from typing import Any

from infra.clickhouse.migrate import migrations

_LOGICAL = {"timestamp-micros": "DateTime64(6, 'UTC')", "decimal": "Decimal(18, 4)"}
_PRIMITIVE = {
    "string": "String",
    "long": "Int64",
    "int": "Int32",
    "boolean": "Bool",
    "float": "Float32",
    "double": "Float64",
    "enum": "String",
}
_ADDED = re.compile(r"ADD COLUMN IF NOT EXISTS (\w+) (.+?)(?: AFTER \w+)?,?$", re.MULTILINE)
_NULLABLE_ARRAY = re.compile(r"Nullable\((Array\(.*\))\)")


def fields(
    node: Any, path: str = "", named: dict[str, Any] | None = None, wrap: str = "{}"
) -> Iterator[tuple[str, str]]:
    """Path and ClickHouse type of every leaf of a schema; `LowCardinality` is the migrations' own choice."""
    known = {} if named is None else named
    if isinstance(node, list):
        (only,) = (member for member in node if member != "null")
        yield from fields(only, path, known, wrap.format("Nullable({})"))
    elif isinstance(node, str):
        yield from fields(known[node], path, known, wrap) if node in known else _leaf(_PRIMITIVE[node], path, wrap)
    elif node["type"] == "record":
        known[node["name"]] = node
        for field in node["fields"]:
            yield from fields(field["type"], f"{path}.{field['name']}".lstrip("."), known, wrap)
    elif node["type"] == "array":
        yield from fields(node["items"], path + "[]", known, wrap.format("Array({})"))
    else:
        known[node.get("name", "")] = node
        yield from _leaf(_LOGICAL.get(node.get("logicalType", "")) or _PRIMITIVE[node["type"]], path, wrap)


def _leaf(kind: str, path: str, wrap: str) -> Iterator[tuple[str, str]]:
    whole = wrap.format(kind)
    # ClickHouse has no null inside out of an array, and no null array: an absent one is empty.
    while "Nullable(Nullable(" in whole:
        whole = whole.replace("Nullable(Nullable(", "Nullable(", 1)[:-1]
    absent = _NULLABLE_ARRAY.fullmatch(whole)
    yield path, absent[1] if absent else whole


def columns(table: str) -> dict[str, str]:
    """Type by column of a table as its migrations declare it, without LowCardinality, codec and what is computed."""
    statements = [up for one in migrations() for up in one.up]
    (create,) = (up for up in statements if f"TABLE IF NOT EXISTS {table}\n" in up)
    altered = "\n".join(up for up in statements if up.startswith(f"ALTER TABLE {table}"))
    added = [found for found in _ADDED.findall(altered) if " MATERIALIZED " not in found[1]]
    body = create.partition("\n(\n")[2].partition("\n)\n")[0]
    lines = (line.strip().rstrip(",") for line in body.splitlines())
    declared = (line.partition(" ")[::2] for line in lines if not line.startswith("INDEX"))
    return {name: plain(kind) for name, kind in (*declared, *added)}


def plain(kind: str) -> str:
    """A type without what only changes how it is stored, or what rows from before it read as."""
    return re.sub(r"LowCardinality\(((?:[^()]|\([^()]*\))*)\)", r"\1", re.split(" CODEC| DEFAULT", kind)[0])
