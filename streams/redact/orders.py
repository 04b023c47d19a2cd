"""What the redact stage knows of an order beyond the row in hand: its country and its subject's own values. Pure.

A note or a status row carries nothing but an order id; the order's address rows tell whose it is. Rows of one order
come in binlog order; where a status row comes before the first address row, it is parked until that one has come.
"""

import base64
from collections.abc import Sequence
from typing import TypedDict, cast

from avro_schemas.records import Address, CapturedEvent
from streams.delivery.message import Message
from streams.delivery.refusal import RefusedError
from streams.delivery.state import State
from streams.redact.fields import known_values_of
from streams.redact.values import KnownValue
from streams.sources.identity import subject

MAX_PARKED = 100
MAX_KNOWN = 64


class Order(TypedDict):
    """State of one order, as JSON."""

    country: str
    """The billing address's, as webhooks tell it; the shipping address's where there is no other."""
    billed: bool
    """Whether the country is the billing address's."""
    subject: str | None
    known: list[list[str]]
    addressed: bool
    parked: dict[str, str]
    """Rows waiting for the country: value in base64, by place; the place makes a repetition harmless."""


def read(state: State | None) -> Order:
    """The state as an order; a new one when there is none."""
    if state is not None:
        return cast(Order, state)
    return Order(country="", billed=False, subject=None, known=[], addressed=False, parked={})


def learn(order: Order, shop_id: str, address: Address, *, billing: bool) -> Order:
    """The order with an address row taken in. Earlier values stay known: a note may still name an old address."""
    country = address["country"].strip().upper()
    takes = bool(country) and (billing or not order["billed"])
    pairs = [[value.value, value.entity_type] for value in known_values_of("Address", address)]
    known = [*pairs, *(pair for pair in order["known"] if pair not in pairs)][:MAX_KNOWN]
    return Order(
        country=country if takes else order["country"],
        billed=order["billed"] or (billing and takes),
        subject=subject(shop_id, address["email"], 0) or order["subject"],
        known=known,
        addressed=True,
        parked=order["parked"],
    )


def complete(event: CapturedEvent, order: Order) -> CapturedEvent:
    """The event with country and subject of its order where its own row has none."""
    return {
        **event,
        "country": event["country"] or order["country"] or None,
        "subject": event["subject"] or order["subject"],
    }


def known(order: Order) -> tuple[KnownValue, ...]:
    """Values of the order's subject."""
    return tuple(KnownValue(value, entity_type) for value, entity_type in order["known"])


def park(order: Order, message: Message) -> Order:
    """The order with a row that waits for its country; RefusedError when too many wait."""
    if len(order["parked"]) >= MAX_PARKED:
        raise RefusedError(
            f"redact: more than {MAX_PARKED} rows wait for the address of one order",
            "see that the connector captures wc_order_addresses, then replay the dead letters",
        )
    return {**order, "parked": {**order["parked"], message.place: base64.b64encode(message.value or b"").decode()}}


def unpark(order: Order, like: Message) -> tuple[Order, Sequence[Message]]:
    """The order with nothing parked, and the messages that were, in the order of their coming."""
    waiting = [
        Message(like.topic, like.partition, _offset(place), like.key, base64.b64decode(value), like.timestamp)
        for place, value in order["parked"].items()
    ]
    return {**order, "parked": {}}, sorted(waiting, key=lambda message: message.offset)


def _offset(place: str) -> int:
    return int(place.rpartition("@")[2])
