"""The .avsc files are the only source of records."""

from pathlib import Path
from typing import Any

import pytest

import avro_schemas
from avro_schemas.generate import render
from avro_schemas.schemas import SCHEMA_NAMES, SchemaName, schema

FOLDER = Path(avro_schemas.__file__).parent


def test_records_follow_from_the_schemas() -> None:
    assert (FOLDER / "records.py").read_text(encoding="utf-8") == render(), "run python -m avro_schemas.generate"


def test_every_file_is_named_in_the_code_and_the_other_way_round() -> None:
    assert {path.stem for path in FOLDER.glob("*.avsc")} == set(SCHEMA_NAMES)


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_every_field_says_what_it_means_and_whether_it_is_personal(name: SchemaName) -> None:
    assert schema(name).source["zone"] in ("restricted", "redacted", "audit")
    for field in _fields(schema(name).source):
        assert field.get("doc"), field["name"]
        assert "pii" in field, field["name"]


def _fields(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [field for member in node for field in _fields(member)]
    if not isinstance(node, dict):
        return []
    inner = [found for field in node.get("fields", []) for found in (field, *_fields(field["type"]))]
    return [*inner, *_fields(node.get("items"))]
