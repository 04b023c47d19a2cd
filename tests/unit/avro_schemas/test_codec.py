"""What is written is read again; what is no record is refused by rule, without its bytes."""

import contextlib
import io
import json
from datetime import UTC, datetime

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avro_schemas.codec import Codec, WireError
from avro_schemas.records import Basket
from avro_schemas.registry import RegistryError, UnknownSchemaError
from avro_schemas.schemas import schema

BASKET = Basket(
    event_id="e1",
    shop_id="demo",
    region="eu",
    order_id=7,
    product_id=1,
    others=[2, 3],
    captured_at=datetime(2026, 5, 4, 10, 0, 0, 123456, tzinfo=UTC),
)
FINDING = {
    "finding_id": "f1",
    "event_id": "e1",
    "source_topic": "woo.deliveries",
    "source_partition": 0,
    "source_offset": 3,
    "shop_id": "demo",
    "region": "eu",
    "field": "order.customer_note",
    "ordinal": 0,
    "entity_type": "phone",
    "treatment": "replace",
    "detector": "phone",
    "score": 0.5,
    "policy_version": "1",
    "detector_version": "1",
    "redacted_at": datetime(2026, 5, 4, tzinfo=UTC),
}


def _unknown(schema_id: int) -> str:
    raise UnknownSchemaError(f"no {schema_id}")


def _codec() -> Codec:
    return Codec({"basket": 5, "woo_delivery": 6}, _unknown)


def test_a_record_comes_back_as_it_went() -> None:
    assert _codec().decode("basket", _codec().encode("basket", BASKET)) == BASKET


def test_the_frame_is_confluents() -> None:
    assert _codec().encode("basket", BASKET)[:5] == b"\x00\x00\x00\x00\x05"


def test_a_record_of_an_older_writer_is_read_with_the_readers_defaults() -> None:
    older = json.loads(schema("privacy_finding").canonical)
    older["fields"] = [field for field in older["fields"] if field["name"] not in ("start", "end")]
    out = io.BytesIO(b"\x00\x00\x00\x00\x09")
    out.seek(5)
    fastavro.schemaless_writer(out, fastavro.parse_schema(json.loads(json.dumps(older))), FINDING)
    codec = Codec({"privacy_finding": 1}, lambda _: json.dumps(older))
    assert codec.decode("privacy_finding", out.getvalue()) == {**FINDING, "start": None, "end": None}


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (None, "shorter than 5 bytes"),
        (b"", "shorter than 5 bytes"),
        (b'{"a": 1}', "first byte is 123"),
        (b"\x00\x00\x00\x00\x63secret", "schema id 99 is not in the registry"),
        (b"\x00\x00\x00\x00\x06secret", "is a WooDelivery|is a inland.WooDelivery"),
        (b"\x00\x00\x00\x00\x05", "body does not follow"),
    ],
)
def test_what_is_no_record_is_refused_by_rule(data: bytes | None, rule: str) -> None:
    with pytest.raises(WireError, match=rule) as refused:
        _codec().decode("basket", data)
    assert "secret" not in str(refused.value)


def test_a_record_that_does_not_fit_is_refused_without_its_content() -> None:
    with pytest.raises(WireError, match="does not fit the schema basket") as refused:
        _codec().encode("basket", {**BASKET, "product_id": "secret"})
    assert "secret" not in str(refused.value)


def test_bytes_behind_a_record_are_refused() -> None:
    with pytest.raises(WireError, match="1 bytes left over"):
        _codec().decode("basket", _codec().encode("basket", BASKET) + b"x")


def test_a_silent_registry_is_no_reason_to_refuse_a_record() -> None:
    def silent(schema_id: int) -> str:
        raise RegistryError("does not answer")

    with pytest.raises(RegistryError):
        Codec({"basket": 5}, silent).decode("basket", b"\x00\x00\x00\x00\x09body")


def test_an_unknown_id_is_asked_for_once() -> None:
    asked: list[int] = []

    def counting(schema_id: int) -> str:
        asked.append(schema_id)
        return _unknown(schema_id)

    codec = Codec({"basket": 5}, counting)
    for _ in range(3):
        with pytest.raises(WireError):
            codec.decode("basket", b"\x00\x00\x00\x00\x09body")
    assert asked == [9]


@given(st.binary(max_size=300))
def test_no_bytes_make_the_decoder_fail_otherwise_than_by_refusal(body: bytes) -> None:
    for frame in (b"", b"\x00\x00\x00\x00\x05"):
        with contextlib.suppress(WireError):
            _codec().decode("basket", frame + body)
