"""The redact stages: what waits for its order's country, what is told twice, what a refusal takes with it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from avro_schemas.codec import Codec
from avro_schemas.records import CapturedEvent, WooDelivery
from streams.clock import to_ms
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import Attempt, Overlay
from streams.redact.context import MAX_WAITING
from streams.redact.pseudonym import RegionKeys
from streams.redact.stage import RedactStage, Waits
from streams.redact.values import KnownValue
from streams.redact.violations import Violations
from streams.residency.policy import residency
from streams.sources.versions.pace import Pace
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

    def encode(self, redaction: CapturedEvent, _: object) -> list[Output]:
        return [Output("commerce.events.eu", None, redaction["event_id"].encode())]


def _row(table: str, offset: int, op: str = "c", before: Any = None, **columns: Any) -> Message:
    source = {"name": "demo", "table": f"wp_{table}", "ts_ms": 1795400421000, "file": "b", "pos": offset, "row": 0}
    value = {"op": op, "source": source, "before": before, "after": columns}
    return Message("shop.cdc.changes", 0, offset, b"7", json.dumps(value).encode(), AT)


def _order(offset: int, **columns: Any) -> Message:
    given: dict[str, Any] = {"status": "wc-processing", "total_amount": "0.00", "currency": "EUR", **columns}
    dates: dict[str, Any] = {"date_created_gmt": 1795400421000, "date_updated_gmt": 1795400421000 + 1000 * offset}
    return _row("wc_orders", offset, id=7, type="shop_order", **dates, **given)


def _note(offset: int, order_id: int = 7) -> Message:
    columns: dict[str, Any] = {
        "comment_type": "order_note",
        "comment_author": "Ilse",
        "comment_date_gmt": 1795400421000,
    }
    return _row("comments", offset, comment_ID=offset, comment_post_ID=order_id, comment_content="note", **columns)


def _address(offset: int, country: str = "NL", kind: str = "billing") -> Message:
    columns: dict[str, Any] = {"address_type": kind, "first_name": "Ann", "email": "ann@shop.example"}
    number = 1 if kind == "billing" else 2
    return _row("wc_order_addresses", offset, id=number, order_id=7, country=country, **columns)


class Table(dict[str, Any]):
    """State that lives as long as the test."""

    def put(self, key: str, value: Any) -> None:
        self[key] = value

    def delete(self, key: str) -> None:
        self.pop(key, None)


class Stand:
    """The stage, its state, and the clock that it is given."""

    def __init__(self, *refused: str | None) -> None:
        self.publisher = Publisher(*refused)
        self.table = Table()
        self.now = AT
        waits = Waits(Pace(patience=timedelta(seconds=30)), timedelta(hours=1))
        self.stage = RedactStage(CODEC, self.publisher, VIOLATIONS, waits, lambda: self.now)  # type: ignore[arg-type]

    async def take(self, *messages: Message) -> list[Output]:
        """Process messages; parts reach their orders at once."""
        outputs: list[Output] = []
        for message in messages:
            for output in await self.stage.process(replace(message, timestamp=self.now), self.table):
                outputs += await self._brought(output)
        return outputs

    async def _brought(self, output: Output) -> list[Output]:
        if output.topic != "shop.cdc.parts":
            return [output]
        return await self.take(Message(output.topic, 0, 0, output.key, output.value, AT))

    async def wait(self, seconds: float) -> list[Output]:
        """Time passes; what is due is woken."""
        self.now += timedelta(seconds=seconds)
        outputs: list[Output] = []
        while due := [key for key, state in self.table.items() if state["wake_at"] <= to_ms(self.now)]:
            for key in due:
                outputs += await self.stage.wake(key, self.table)
        return outputs

    @property
    def seen(self) -> list[CapturedEvent]:
        """What was published."""
        return [event for event, _ in self.publisher.seen]


def _rows_of_an_order(country: str = "NL") -> list[Message]:
    """An order without lines, as the shop writes it."""
    operational: dict[str, Any] = {"order_id": 7, "id": 3, "created_via": "admin", "prices_include_tax": 1}
    return [
        _order(1),
        _row("wc_order_operational_data", 2, **operational),
        _address(3, country),
        _address(4, country, kind="shipping"),
    ]


async def test_an_order_is_published_when_it_is_quiet_with_what_its_rows_tell() -> None:
    stand = Stand()
    assert not await stand.take(*_rows_of_an_order())
    assert len(await stand.wait(1.5)) == 1
    (event,) = stand.seen
    assert (event["event_type"], event["country"], event["route"]) == ("order_placed", "NL", "cdc")
    assert (event["source_topic"], event["source_offset"]) == ("shop.cdc.changes", 4)


async def test_a_note_before_its_orders_address_waits_and_is_published_after_it_in_order() -> None:
    stand = Stand()
    assert not await stand.take(_note(1), _note(2))
    assert len(await stand.take(_address(3))) == 2
    assert [event["source_offset"] for event in stand.seen] == [1, 2]
    assert {event["country"] for event in stand.seen} == {"NL"}


async def test_a_note_may_also_wait_for_the_orders_webhook() -> None:
    stand = Stand()
    order = next(one for one in deliveries() if one.topic == "order.created")
    number = json.loads(order.body)["id"]
    assert not await stand.take(_note(1, number))
    assert len(await stand.take(_delivery(order.topic, order.body, 1))) == 2


async def test_a_note_is_redacted_with_what_the_order_knows_of_its_subject() -> None:
    stand = Stand()
    await stand.take(_address(1), _note(2))
    ((event, known),) = stand.publisher.seen
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
    stand = Stand()
    await stand.take(*(_address(offset, *address) for offset, address in enumerate(addresses, 1)), _note(9))
    assert [event["country"] for event in stand.seen] == [country]


async def test_what_waits_does_not_wait_twice_when_a_batch_is_repeated() -> None:
    stand = Stand()
    await stand.take(_note(1), _note(1))
    assert len(await stand.take(_address(2))) == 1


async def test_a_refused_note_that_waited_is_a_dead_letter_of_its_own_and_the_address_is_not() -> None:
    stand = Stand(None)
    outputs = await stand.take(_note(1), _note(2), _address(3, country=""))
    assert [output.topic for output in outputs] == ["shop.cdc.changes.dlq"] * 2
    assert [dict(output.headers)["inland.dlq.offset"] for output in outputs] == [b"1", b"2"]


async def test_a_note_on_an_order_that_nobody_heard_of_has_it_asked_for_and_is_then_a_dead_letter() -> None:
    stand = Stand()
    await stand.take(_note(1))
    (asked,) = await stand.wait(31)
    assert (asked.topic, asked.key) == ("inland.connect.signals", b"demo")
    assert "order_id IN (SELECT id FROM wp_wc_orders" in json.dumps(json.loads(asked.value or b""))
    (letter,) = await stand.wait(31)
    assert letter.topic == "shop.cdc.changes.dlq"
    assert b"address never came" in dict(letter.headers)["inland.dlq.rule"]
    assert not await stand.wait(60)


async def test_no_more_notes_wait_than_the_bound() -> None:
    stand = Stand()
    await stand.take(*(_note(offset + 1) for offset in range(MAX_WAITING)))
    with pytest.raises(RefusedError, match="wait for the address"):
        await stand.take(_note(MAX_WAITING + 1))


async def test_an_order_that_no_rule_lets_pass_is_a_dead_letter_and_told_when_that_comes_again() -> None:
    stand = Stand("US")
    rows = _rows_of_an_order("US")
    await stand.take(*rows)
    (letter,) = await stand.wait(1.5)
    assert (letter.topic, letter.value) == ("shop.cdc.changes.dlq", rows[-1].value)
    stand.publisher.refused = ()
    assert not await stand.take(rows[-1])
    assert len(await stand.wait(1.5)) == 1
    assert [event["event_type"] for event in stand.seen] == ["order_placed"]


async def test_a_row_that_cannot_be_read_breaks_its_order_and_stops_nothing() -> None:
    stand = Stand()
    rows = _rows_of_an_order()
    rows[0] = _order(1, total_amount="a lot")
    await stand.take(*rows)
    (letter,) = await stand.wait(1.5)
    assert b"total_amount is not an amount" in dict(letter.headers)["inland.dlq.rule"]
    await stand.take(_order(9, total_amount="0.00"))
    await stand.wait(1.5)
    assert [event["event_type"] for event in stand.seen] == ["order_placed"]


async def test_a_review_needs_no_order() -> None:
    stand = Stand()
    columns: dict[str, Any] = {
        "comment_type": "review",
        "comment_approved": "1",
        "comment_date_gmt": 1795400421000,
        "comment_content": "fine",
    }
    assert len(await stand.take(_row("comments", 1, comment_ID=1, comment_post_ID=9, **columns))) == 1


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
    stand = Stand()
    messages = [_delivery(one.topic, one.body, offset) for offset, one in enumerate((created, updated))]
    assert len(await stand.take(*messages)) == 1


async def test_a_refused_delivery_is_not_remembered_as_published() -> None:
    order = next(delivery for delivery in deliveries() if delivery.topic == "order.created")
    message = _delivery(order.topic, order.body, 1)
    stand = Stand(json.loads(order.body)["billing"]["country"])
    overlay = Overlay(stand.table)
    attempt = Attempt(overlay)
    with pytest.raises(RefusedError):
        await stand.stage.process(message, attempt)
    attempt.take_back()
    stand.publisher.refused = ()
    assert len(await stand.stage.process(message, Attempt(overlay))) == 1


async def test_an_action_tells_nothing_by_itself() -> None:
    body = b'{"action":"woocommerce_add_to_cart","arg":"x"}'
    assert not await Stand().take(_delivery("action.woocommerce_add_to_cart", body, 1))
