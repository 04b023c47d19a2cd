"""A JSON Schema as TGI reads it: an object holds the properties that are named, and no others. Pure.

TGI's grammars come from Outlines, which closes objects by itself; other engines follow JSON Schema, where an object
that says nothing is open, and a small model fills it with inventions.
"""

from collections.abc import Mapping
from typing import Any


def closed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with `additionalProperties: false` at every depth where it names properties and leaves it open."""
    made = {key: _within(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), Mapping):
        made.setdefault("additionalProperties", False)
    return made


def _within(value: Any) -> Any:
    if isinstance(value, Mapping):
        return closed(value)
    if isinstance(value, list | tuple):
        return [_within(item) for item in value]
    return value
