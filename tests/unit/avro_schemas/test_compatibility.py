"""A schema may grow, and never break what was written before."""

import json
from typing import Any

import pytest

from avro_schemas.compatibility import broken, released
from avro_schemas.schemas import wire_schemas


@pytest.mark.parametrize("name", [schema.name for schema in wire_schemas()])
def test_every_schema_reads_what_its_released_version_wrote(name: Any) -> None:
    current = next(schema for schema in wire_schemas() if schema.name == name)
    assert broken(current.canonical, released(name)) == []


def _changed(**change: Any) -> str:
    schema = json.loads(released("basket"))
    for name, field in change.items():
        schema["fields"] = [old for old in schema["fields"] if old["name"] != name]
        schema["fields"] += [{"name": name, **field}] if field else []
    return json.dumps(schema)


def test_a_new_field_with_a_default_is_compatible() -> None:
    assert broken(_changed(colour={"type": ["null", "string"], "default": None}), released("basket")) == []


def test_a_dropped_field_is_compatible() -> None:
    assert broken(_changed(others=None), released("basket")) == []


@pytest.mark.parametrize("change", [{"colour": {"type": "string"}}, {"order_id": {"type": "string"}}])
def test_a_new_field_without_a_default_or_with_another_type_is_not_and_is_named(change: dict[str, Any]) -> None:
    told = broken(_changed(**change), released("basket"))
    assert told
    assert any(next(iter(change)) in text or "string" in text for text in told)
