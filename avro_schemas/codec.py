"""Records on the wire: Avro in the Confluent frame (magic 0, 4-byte schema id big-endian, body)."""

import io
import json
import struct
from collections.abc import Callable, Mapping
from typing import Any, cast

import fastavro

from avro_schemas.registry import Registry, UnknownSchemaError, lookup_all
from avro_schemas.schemas import SchemaName, schema

_FRAME = struct.Struct(">BI")
_REMEMBERED_IDS = 256


class WireError(ValueError):
    """Bytes that are no record. The message names the rule that was broken, never the bytes."""


class Codec:
    """Encodes with the registered schema ids; decodes with the writer's schema into ours."""

    def __init__(self, ids: Mapping[SchemaName, int], fetch: Callable[[int], str]) -> None:
        """`ids`: registered id by schema. `fetch`: text of a schema by id, for writers of other versions."""
        self._ids = dict(ids)
        self._fetch = fetch
        self._writers = {schema_id: schema(name).parsed for name, schema_id in ids.items()}
        self._unknown: set[int] = set()

    @classmethod
    def connect(cls, registry_url: str, patience_s: float = 30.0) -> "Codec":
        """A codec with the ids that the registry holds; RegistryError when after `patience_s` they are not there."""
        return cls(lookup_all(registry_url, patience_s), Registry(registry_url).fetch)

    def encode(self, name: SchemaName, record: Mapping[str, Any]) -> bytes:
        """Frame and body; WireError when the record does not fit the schema."""
        out = io.BytesIO()
        out.write(_FRAME.pack(0, self._ids[name]))
        try:
            fastavro.schemaless_writer(out, schema(name).parsed, record, strict=True)
        except Exception as error:  # whatever it is, its text quotes the record
            raise WireError(f"a record does not fit the schema {name} ({type(error).__name__})") from None
        return out.getvalue()

    def decode(self, name: SchemaName, data: bytes | None) -> Any:
        """The record as a dict of the shape `name`; WireError when the bytes are not one.

        RegistryError when the writer's schema must be fetched and the registry does not answer: transient, try again.
        """
        schema_id = _framed(data)
        writer = self._writer(schema_id)
        if writer["name"] != schema(name).parsed["name"]:
            raise WireError(f"schema id {schema_id} is a {writer['name']}, expected {schema(name).parsed['name']}")
        return _read(cast(bytes, data), schema_id, writer, schema(name).parsed)

    def decode_as_written(self, data: bytes | None) -> Any:
        """The record as whoever wrote it knew it, of whatever schema: for records whose schemas are not ours.

        WireError and RegistryError as `decode`.
        """
        schema_id = _framed(data)
        return _read(cast(bytes, data), schema_id, self._writer(schema_id), None)

    def knows(self, data: bytes | None) -> bool:
        """Whether `data` can be decoded without a question to the registry, which an event loop must not wait for."""
        if data is None or len(data) < _FRAME.size:
            return True
        magic, schema_id = _FRAME.unpack_from(data)
        return magic != 0 or schema_id in self._writers or schema_id in self._unknown

    def _writer(self, schema_id: int) -> dict[str, Any]:
        if schema_id in self._unknown:
            raise WireError(f"schema id {schema_id} is not in the registry")
        if schema_id not in self._writers:
            self._writers[schema_id] = self._load(schema_id)
        return self._writers[schema_id]

    def _load(self, schema_id: int) -> dict[str, Any]:
        try:
            text = self._fetch(schema_id)
        except UnknownSchemaError:
            # Remembered, so that a stream of poison makes one call per id; cleared before it can grow.
            if len(self._unknown) >= _REMEMBERED_IDS:
                self._unknown.clear()
            self._unknown.add(schema_id)
            raise WireError(f"schema id {schema_id} is not in the registry") from None
        return cast(dict[str, Any], fastavro.parse_schema(json.loads(text)))


def _framed(data: bytes | None) -> int:
    """The schema id in the frame."""
    if data is None or len(data) < _FRAME.size:
        raise WireError("no Confluent frame: shorter than 5 bytes")
    magic, schema_id = _FRAME.unpack_from(data)
    if magic != 0:
        raise WireError(f"no Confluent frame: first byte is {magic}, not 0")
    return int(schema_id)


def _read(data: bytes, schema_id: int, writer: dict[str, Any], reader: Any) -> Any:
    body = io.BytesIO(data)
    body.seek(_FRAME.size)
    try:
        record = fastavro.schemaless_reader(body, writer, reader)
    except (ValueError, IndexError, EOFError, TypeError, KeyError, OverflowError) as error:
        raise WireError(f"body does not follow schema id {schema_id} ({type(error).__name__})") from None
    if body.tell() != len(data):
        raise WireError(f"{len(data) - body.tell()} bytes left over behind the body of schema id {schema_id}")
    return record
