"""Poison becomes a dead letter that says why and not what; the rest of its batch lands."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from avro_schemas.codec import Codec
from avro_schemas.registry import RegistryError
from streams.audit.place import Partition
from streams.audit.reading import Read, read
from streams.delivery.message import Message
from tests.unit.audit import samples

HERE = Partition("commerce.events.eu", 0)


def away(_schema_id: int) -> str:
    raise RegistryError("the registry does not answer")


CODEC = Codec({"commerce_event": 1, "model_call": 2}, away)


def message(offset: int, value: bytes | None) -> Message:
    return Message(HERE.topic, HERE.number, offset, b"key", value, datetime.now(UTC))


def event(offset: int, **changes: Any) -> Message:
    return message(offset, CODEC.encode("commerce_event", {**samples.order_event(offset), **changes}))


def read_all(*messages: Message) -> Read:
    return read(messages, HERE, "commerce_event", CODEC)


def test_a_record_reads_as_it_was_written() -> None:
    found = read_all(event(4))
    assert not found.refused
    assert list(found.rows.offsets) == [4]
    assert found.rows.records[0]["order"]["total"] == Decimal("49.9000")
    assert found.rows.records[0]["captured_at"] == samples.T0


@pytest.mark.parametrize(
    "poison", [None, b"", b"junk-junk-junk", CODEC.encode("model_call", samples.model_call()), b"\0\0\0\0\1Jansen"]
)
def test_what_is_no_record_is_refused_and_its_neighbours_land(poison: bytes | None) -> None:
    found = read_all(event(1), message(2, poison), event(3))
    assert list(found.rows.offsets) == [1, 3]
    (refused,) = found.refused
    assert refused.message.offset == 2
    assert "Jansen" not in str(refused.why) + repr(refused)


def test_a_record_that_no_column_can_hold_is_refused() -> None:
    found = read_all(event(1, occurred_at=datetime(1600, 1, 1, tzinfo=UTC)), event(2))
    assert list(found.rows.offsets) == [2]
    assert "occurred_at" in str(found.refused[0].why)


def test_a_registry_that_is_away_refuses_nothing() -> None:
    with pytest.raises(RegistryError):
        read_all(message(1, b"\0\0\0\0\x63body"))
