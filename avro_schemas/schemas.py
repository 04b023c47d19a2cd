"""The .avsc files of this folder, read once."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

import fastavro

SchemaName = Literal[
    "basket",
    "captured_event",
    "commerce_event",
    "enrichment_result",
    "model_call",
    "policy_violation",
    "privacy_finding",
    "privacy_request",
    "privacy_reveal",
    "recommendation_update",
    "vault_record",
    "woo_delivery",
]
SCHEMA_NAMES: tuple[SchemaName, ...] = get_args(SchemaName)

# Lives in memory between mapping and redaction; it is never written to a topic.
IN_MEMORY: frozenset[SchemaName] = frozenset({"captured_event"})

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Schema:
    """One record's schema: ``source`` as written, ``parsed`` for fastavro."""

    name: SchemaName
    source: dict[str, Any]
    parsed: dict[str, Any]

    @property
    def subject(self) -> str:
        """Registry subject by RecordNameStrategy: one schema serves the topics of every region."""
        return f"{self.source['namespace']}.{self.source['name']}"

    @property
    def canonical(self) -> str:
        """The schema as text for the registry, stable from run to run."""
        return json.dumps(self.source, sort_keys=True, separators=(",", ":"))


@cache
def schema(name: SchemaName) -> Schema:
    """Read one schema; an unreadable file raises at first use, naming the file."""
    path = _FOLDER / f"{name}.avsc"
    try:
        source = json.loads(path.read_text(encoding="utf-8"))
        parsed = cast(dict[str, Any], fastavro.parse_schema(json.loads(json.dumps(source))))
    except (OSError, ValueError, fastavro.schema.SchemaParseException) as error:
        raise ValueError(f"{path.name} is no Avro schema: {error}") from error
    return Schema(name, source, parsed)


def wire_schemas() -> Iterator[Schema]:
    """Schemas of records that travel on topics: these are registered."""
    return (schema(name) for name in SCHEMA_NAMES if name not in IN_MEMORY)
