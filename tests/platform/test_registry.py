"""The real registry: ids stay, and what could not read the past is refused."""

import json
from collections.abc import Iterator

import pytest

from avro_schemas.registry import Registry, RegistryError, UnknownSchemaError
from avro_schemas.schemas import Schema, wire_schemas
from infra.local.platform import Platform
from tests.platform.commands import inland


@pytest.fixture
def registry(platform: Platform) -> Iterator[Registry]:
    with Registry(platform.settings.registry_url) as made:
        yield made


def _with(schema: Schema, field: dict[str, object]) -> Schema:
    source = json.loads(schema.canonical)
    source["fields"].append(field)
    return Schema(schema.name, source, {})


def test_registering_again_gives_the_same_ids(registry: Registry) -> None:
    for schema in wire_schemas():
        assert registry.register(schema) == registry.lookup(schema)


def test_a_schema_comes_back_by_its_id(registry: Registry) -> None:
    schema = next(wire_schemas())
    assert json.loads(registry.fetch(registry.lookup(schema)))["name"] == schema.source["name"]


def test_a_schema_that_cannot_read_the_past_is_refused_with_what_to_do(registry: Registry) -> None:
    breaking = _with(next(wire_schemas()), {"name": "colour", "type": "string"})
    with pytest.raises(RegistryError, match="BACKWARD"):
        registry.register(breaking)
    with pytest.raises(UnknownSchemaError):
        registry.lookup(breaking)


def test_an_id_that_nobody_has_is_unknown_and_not_an_outage(registry: Registry) -> None:
    with pytest.raises(UnknownSchemaError):
        registry.fetch(2_000_000_000)


def test_the_command_says_that_all_is_registered(platform: Platform) -> None:
    done = inland(platform, "schemas", "check")
    assert done.returncode == 0, done.stderr
    assert all("registered, id" in line for line in done.stdout.splitlines())
