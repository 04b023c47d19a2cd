"""Row changes in Avro, each version of a table a schema of its own."""

import io
import json
import struct
from typing import Any

import fastavro
import pytest

from avro_schemas.codec import Codec
from avro_schemas.registry import RegistryError, UnknownSchemaError
from streams.delivery.failure import is_transient
from streams.delivery.message import Message
from streams.delivery.refusal import RefusedError
from streams.sources.debezium import parse
from tests.fixtures.samples import AT

SOURCE = {
    "type": "record",
    "name": "Source",
    "fields": [
        {"name": "name", "type": "string"},
        {"name": "table", "type": ["null", "string"]},
        {"name": "ts_ms", "type": "long"},
        {"name": "file", "type": "string"},
        {"name": "pos", "type": "long"},
        {"name": "row", "type": "int"},
    ],
}


def _schema(*columns: str) -> dict[str, Any]:
    """Schema of a table with an id and these text columns, as Debezium registers it."""
    fields: list[dict[str, Any]] = [{"name": "id", "type": "long"}]
    fields += [{"name": column, "type": ["null", "string"], "default": None} for column in columns]
    value = {"type": "record", "name": "Value", "fields": fields}
    return {
        "type": "record",
        "name": "Envelope",
        "namespace": "demo.shop.wp_wc_orders",
        "fields": [
            {"name": "before", "type": ["null", value]},
            {"name": "after", "type": ["null", "Value"]},
            {"name": "source", "type": SOURCE},
            {"name": "op", "type": "string"},
        ],
    }


VERSIONS = {1: _schema("status"), 2: _schema("status", "plugin_note"), 3: _schema("state")}


class Shelf:
    """The registry's schemas by id, and how often each was asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.away = False

    def __call__(self, schema_id: int) -> str:
        self.asked.append(schema_id)
        if self.away:
            raise RegistryError("schema registry does not answer")
        if schema_id not in VERSIONS:
            raise UnknownSchemaError("no such schema")
        return json.dumps(VERSIONS[schema_id])


def _message(schema_id: int, op: str = "c", before: Any = None, after: Any = None) -> Message:
    source = {"name": "demo", "table": "wp_wc_orders", "ts_ms": 1795400421000, "file": "b.1", "pos": 7, "row": 2}
    out = io.BytesIO()
    out.write(struct.pack(">BI", 0, schema_id))
    record = {"before": before, "after": after, "source": source, "op": op}
    fastavro.schemaless_writer(out, fastavro.parse_schema(VERSIONS[schema_id]), record)
    return Message("shop.cdc.changes", 0, 1, b"26", out.getvalue(), AT)


def test_a_change_is_read_by_the_schema_that_it_was_written_with() -> None:
    change = parse(_message(1, after={"id": 26, "status": "wc-pending"}), Codec({}, Shelf()))
    assert change is not None
    assert (change.shop_id, change.table, change.op) == ("demo", "wc_orders", "c")
    assert (change.before, change.after) == ({}, {"id": 26, "status": "wc-pending"})
    assert change.position == "b.1:00000000000000000007:000002"


def test_a_table_that_gains_loses_or_renames_a_column_is_read_as_it_was_at_the_time() -> None:
    shelf = Shelf()
    codec = Codec({}, shelf)
    rows: list[dict[str, Any]] = [
        {"id": 1, "status": "a"},
        {"id": 1, "status": "a", "plugin_note": "n"},
        {"id": 1, "state": "a"},
        {"id": 2, "status": "b"},
    ]
    read = [parse(_message(number, after=row), codec) for number, row in zip((1, 2, 3, 1), rows, strict=True)]
    assert [change.after for change in read if change] == rows
    assert shelf.asked == [1, 2, 3], "each schema is fetched once"


def test_an_unknown_schema_is_refused_with_the_remedy() -> None:
    message = Message("shop.cdc.changes", 0, 1, b"26", struct.pack(">BI", 0, 99) + b"xx", AT)
    with pytest.raises(RefusedError, match=r"schema id 99 .*INLAND_REGISTRY_URL"):
        parse(message, Codec({}, Shelf()))


def test_a_registry_that_is_away_has_the_message_wait_and_not_be_refused() -> None:
    shelf = Shelf()
    shelf.away = True
    codec = Codec({}, shelf)
    message = _message(1, after={"id": 1, "status": None})
    with pytest.raises(RegistryError) as away:
        parse(message, codec)
    assert is_transient(away.value)
    shelf.away = False
    assert parse(message, codec) is not None


@pytest.mark.parametrize("cut", [1, 4, 5, 9, 30])
def test_a_truncated_change_is_refused_and_not_quoted(cut: int) -> None:
    whole = _message(1, after={"id": 26, "status": "Ilse"})
    short = Message(whole.topic, 0, 1, whole.key, (whole.value or b"")[:-cut], AT)
    with pytest.raises(RefusedError) as refused:
        parse(short, Codec({}, Shelf()))
    assert "Ilse" not in str(refused.value)


def test_a_record_of_another_kind_is_no_envelope() -> None:
    codec = Codec({}, lambda _: json.dumps(SOURCE))
    out = io.BytesIO(struct.pack(">BI", 0, 5))
    out.seek(0, io.SEEK_END)
    source = {"name": "demo", "table": None, "ts_ms": 1, "file": "", "pos": 1, "row": 1}
    fastavro.schemaless_writer(out, fastavro.parse_schema(SOURCE), source)
    with pytest.raises(RefusedError, match="no change-event envelope"):
        parse(Message("shop.cdc.changes", 0, 1, b"26", out.getvalue(), AT), codec)


def test_only_a_schema_that_was_not_seen_yet_needs_the_registry() -> None:
    codec = Codec({}, Shelf())
    message = _message(1, after={"id": 26, "status": None})
    assert not codec.knows(message.value)
    parse(message, codec)
    assert codec.knows(message.value)
    assert codec.knows(None)
