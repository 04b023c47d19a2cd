"""The redact stages: what waits for its order's country, what is told twice, what a refusal takes with it."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from streams.redact.changes import RedactChanges
from streams.redact.orders import MAX_PARKED

from avro_schemas.codec import Codec
from avro_schemas.records import CapturedEvent, WooDelivery
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import Overlay
from streams.redact.deliveries import RedactDeliveries
from streams.redact.pseudonym import RegionKeys
from streams.redact.values import KnownValue
from streams.redact.violations import Violations
from streams.residency.policy import residency
from tests.fixtures.samples import AT, deliveries

CODEC = Codec({"woo_delivery": 1}, lambda _: "")
VIOLATIONS = Violations({}, residency(), RegionKeys({}), CODEC)


class Publisher:
    """Publishes what it is given as it is, and remembers with what; refuses the countries it is told to."""

    def __init__(self, *refused: str | None) -> None:
        self.refused = refused
        self.seen: list[tuple[CapturedEvent, tuple[str, ...]]] = []

    def redact(self, event: CapturedEvent, known: Sequence[KnownValue], redacted_at: datetime) -> CapturedEvent:
        if event["country"] in self.refused:
            raise RefusedError("residency: test", "none")
        self.seen.append((event, tuple(value.value for value in known)))
        return event

    def encode(self, redaction: CapturedEvent) -> list[Output]:
        return [Output("commerce.events.eu", None, redaction["event_id"].encode())]


def _row(table: str, offset: int, op: str = "c", before: Any = None, **columns: Any) -> Message:
    source = {"name": "demo", "table": f"wp_{table}", "ts_ms": 1795400421000, "file": "b", "pos": offset, "row": 0}
    value = {"op": op, "source": source, "before": before, "after": columns}
    return Message("shop.cdc.changes", 0, offset, b"7", json.dumps(value).encode(), AT)


def _order(offset: int, status: str = "wc-processing") -> Message:
    return _row("wc_orders", offset, id=7, status=status, type="shop_order", date_updated_gmt=1795400421000 + offset)


def _note(offset: int) -> Message:
    columns: dict[str, Any] = {
        "comment_type": "order_note",
        "comment_author": "Ilse",
        "comment_date_gmt": 1795400421000,
    }
    return _row("comments", offset, comment_ID=offset, comment_post_ID=7, comment_content="note", **columns)


def _address(offset: int, country: str = "NL", kind: str = "billing") -> Message:
    columns: dict[str, Any] = {"address_type": kind, "first_name": "Ann", "email": "ann@shop.example"}
    return _row("wc_order_addresses", offset, order_id=7, country=country, **columns)


async def _run(stage: Any, *messages: Message, table: dict[str, Any] | None = None) -> list[Output]:
    overlay = Overlay({} if table is None else table)
    return [output for message in messages for output in await stage.process(message, overlay)]


async def test_a_row_before_its_orders_address_waits_and_is_published_after_it_in_order() -> None:
    publisher = Publisher()
    stage = RedactChanges(CODEC, publisher, VIOLATIONS)  # type: ignore[arg-type]  # a publisher in memory
    outputs = await _run(stage, _order(1, "wc-pending"), _order(2), _note(3), _address(4))
    assert len(outputs) == 3
    assert [event["source_offset"] for event, _ in publisher.seen] == [1, 2, 3]
    assert {event["country"] for event, _ in publisher.seen} == {"NL"}


async def test_a_note_is_redacted_with_what_the_order_knows_of_its_subject() -> None:
    publisher = Publisher()
    await _run(RedactChanges(CODEC, publisher, VIOLATIONS), _address(1), _note(2))  # type: ignore[arg-type]  # a publisher in memory
    ((event, known),) = publisher.seen
    assert event["subject"] == "demo|email|ann@shop.example"
    assert {"Ann", "ann@shop.example"} <= set(known)


@pytest.mark.parametrize(
    ("addresses", "country"),
    [
        ((("NL", "billing"), ("CH", "shipping")), "NL"),
        ((("CH", "shipping"), ("NL", "billing")), "NL"),
        ((("CH", "shipping"), ("", "billing")), "CH"),
        ((("NL", "billing"), ("DE", "billing")), "DE"),
    ],
)
async def test_the_billing_address_tells_the_country_whichever_row_comes_last(
    addresses: tuple[tuple[str, str], ...], country: str
) -> None:
    publisher = Publisher()
    rows = [_address(offset, *address) for offset, address in enumerate(addresses, 1)]
    await _run(RedactChanges(CODEC, publisher, VIOLATIONS), *rows, _order(9))  # type: ignore[arg-type]  # a publisher in memory
    assert [event["country"] for event, _ in publisher.seen] == [country]


async def test_what_waits_does_not_wait_twice_when_a_batch_is_repeated() -> None:
    publisher = Publisher()
    stage = RedactChanges(CODEC, publisher, VIOLATIONS)  # type: ignore[arg-type]  # a publisher in memory
    assert len(await _run(stage, _note(1), _note(1), _address(2))) == 1


async def test_a_refused_row_that_waited_is_a_dead_letter_of_its_own_and_the_address_is_not() -> None:
    stage = RedactChanges(CODEC, Publisher(None), VIOLATIONS)  # type: ignore[arg-type]  # a publisher in memory
    outputs = await _run(stage, _note(1), _order(2), _address(3, country=""))
    assert [output.topic for output in outputs] == ["shop.cdc.changes.dlq"] * 2
    assert [dict(output.headers)["inland.dlq.offset"] for output in outputs] == [b"1", b"2"]


async def test_no_more_rows_wait_than_the_bound() -> None:
    stage = RedactChanges(CODEC, Publisher(), VIOLATIONS)  # type: ignore[arg-type]  # a publisher in memory
    table: dict[str, Any] = {}
    overlay = Overlay(table)
    for offset in range(MAX_PARKED):
        await stage.process(_note(offset + 1), overlay)
    with pytest.raises(RefusedError, match="wait for the address"):
        await stage.process(_note(MAX_PARKED + 1), overlay)


async def test_a_review_needs_no_order() -> None:
    publisher = Publisher()
    columns: dict[str, Any] = {"comment_type": "review", "comment_date_gmt": 1795400421000, "comment_content": "fine"}
    review = _row("comments", 1, comment_ID=1, comment_post_ID=9, **columns)
    assert len(await _run(RedactChanges(CODEC, publisher, VIOLATIONS), review)) == 1  # type: ignore[arg-type]  # a publisher in memory


def _delivery(topic: str, body: bytes, offset: int) -> Message:
    record = WooDelivery(
        shop_id="demo",
        webhook_id=1,
        delivery_id="",
        topic=topic,
        resource_id=44,
        body=body,
        body_sha256="",
        received_at=AT,
    )
    return Message("woo.deliveries", 0, offset, None, CODEC.encode("woo_delivery", record), AT)


async def test_created_and_updated_with_the_same_order_are_published_once() -> None:
    created, updated = [delivery for delivery in deliveries() if delivery.topic.startswith("order")][:2]
    stage = RedactDeliveries(CODEC, Publisher())  # type: ignore[arg-type]  # a publisher in memory
    messages = [_delivery(one.topic, one.body, offset) for offset, one in enumerate((created, updated))]
    assert len(await _run(stage, *messages)) == 1


async def test_a_refused_delivery_is_not_remembered_as_published() -> None:
    order = next(delivery for delivery in deliveries() if delivery.topic == "order.created")
    table: dict[str, Any] = {}
    country = json.loads(order.body)["billing"]["country"]
    message = _delivery(order.topic, order.body, 1)
    with pytest.raises(RefusedError):
        await _run(RedactDeliveries(CODEC, Publisher(country)), message, table=table)  # type: ignore[arg-type]
    assert len(await _run(RedactDeliveries(CODEC, Publisher()), message, table=table)) == 1  # type: ignore[arg-type]
