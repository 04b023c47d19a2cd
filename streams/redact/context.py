"""What a note's order tells of its subject: country, identity and own values; and notes that came before it. Pure.

A note carries nothing but an order's id. What is known of the order is kept beside it in the stage's state; a note that
comes first waits until something is known.
"""

import base64
from collections.abc import Sequence
from typing import TypedDict, cast

from avro_schemas.records import Address, CapturedEvent
from streams.clock import from_ms, to_ms
from streams.delivery.message import Message
from streams.delivery.refusal import RefusedError
from streams.delivery.state import State
from streams.redact.fields import known_values_of
from streams.redact.values import KnownValue
from streams.sources.identity import subject

CONTEXT = "context"
"""Key of the context in the state of an order."""
MAX_WAITING = 100
MAX_KNOWN = 64


class Waiting(TypedDict):
    """A message that waits, as JSON."""

    topic: str
    partition: int
    offset: int
    key: str
    value: str
    at: int


class Context(TypedDict):
    """What is known of one order's subject, as JSON."""

    country: str
    """The billing address's; the shipping address's where there is no other."""
    billed: bool
    """Whether the country is the billing address's."""
    subject: str | None
    known: list[list[str]]
    addressed: bool
    waiting: list[Waiting]
    since: int
    """When the oldest waiting message came, epoch milliseconds; 0 when none waits."""
    asked: bool
    """Whether the order's rows were asked for."""


def read(state: State | None) -> Context:
    """The context in an order's state; a new one when there is none."""
    found = (state or {}).get(CONTEXT)
    if found is not None:
        return cast(Context, found)
    return Context(country="", billed=False, subject=None, known=[], addressed=False, waiting=[], since=0, asked=False)


def learn(context: Context, shop_id: str, address: Address, *, billing: bool) -> Context:
    """The context with an address taken in. Earlier values stay known: a note may still name an old address."""
    country = address["country"].strip().upper()
    takes = bool(country) and (billing or not context["billed"])
    pairs = [[value.value, value.entity_type] for value in known_values_of("Address", address)]
    known = [*pairs, *(pair for pair in context["known"] if pair not in pairs)][:MAX_KNOWN]
    return {
        **context,
        "country": country if takes else context["country"],
        "billed": context["billed"] or (billing and takes),
        "subject": subject(shop_id, address["email"], 0) or context["subject"],
        "known": known,
        "addressed": True,
    }


def learn_order(context: Context, event: CapturedEvent) -> Context:
    """The context with the addresses of an order event taken in."""
    order = event["order"]
    if order is None:
        return context
    for name, address in (("billing", order["billing"]), ("shipping", order["shipping"])):
        if address is not None:
            context = learn(context, event["shop_id"], address, billing=name == "billing")
    return context


def complete(event: CapturedEvent, context: Context) -> CapturedEvent:
    """The event with country and subject of its order where its own row has none."""
    return {
        **event,
        "country": event["country"] or context["country"] or None,
        "subject": event["subject"] or context["subject"],
    }


def known(context: Context) -> tuple[KnownValue, ...]:
    """Values of the order's subject."""
    return tuple(KnownValue(value, entity_type) for value, entity_type in context["known"])


def park(context: Context, message: Message, now_ms: int) -> Context:
    """The context with a message that waits; RefusedError when too many do. A repetition waits once."""
    if any(kept["offset"] == message.offset and kept["topic"] == message.topic for kept in context["waiting"]):
        return context
    if len(context["waiting"]) >= MAX_WAITING:
        raise RefusedError(
            f"redact: more than {MAX_WAITING} rows wait for the address of one order",
            "see that the connector captures wc_order_addresses, then replay the dead letters",
        )
    return {**context, "waiting": [*context["waiting"], _kept(message)], "since": context["since"] or now_ms}


def unpark(context: Context) -> tuple[Context, Sequence[Message]]:
    """The context with nothing waiting, and the messages that did, in the order of their coming."""
    waiting = [
        Message(
            kept["topic"],
            kept["partition"],
            kept["offset"],
            base64.b64decode(kept["key"]),
            base64.b64decode(kept["value"]),
            from_ms(kept["at"]),
        )
        for kept in context["waiting"]
    ]
    return {**context, "waiting": [], "since": 0, "asked": False}, waiting


def _kept(message: Message) -> Waiting:
    return Waiting(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=base64.b64encode(message.key or b"").decode(),
        value=base64.b64encode(message.value or b"").decode(),
        at=to_ms(message.timestamp),
    )
