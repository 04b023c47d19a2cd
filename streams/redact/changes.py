"""The redact stage for row changes."""

import asyncio
from collections.abc import Sequence
from typing import cast

from avro_schemas.codec import Codec
from avro_schemas.records import CapturedEvent
from streams.clock import now
from streams.delivery.deadletters import dead_letter
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import State, StateView
from streams.metrics import DEAD_LETTERS, IGNORED, PARKED
from streams.redact import orders
from streams.redact.publish import Publisher
from streams.sources import debezium, payloads, rows
from streams.sources.debezium import Change
from streams.sources.fields import identifier, text
from streams.sources.lineage import Lineage
from topics.names import consumer_group


class RedactChanges:
    """Row changes to redacted commerce events, with what the order's other rows tell."""

    name = "redact-changes"
    group = consumer_group("redact")
    deadline_s = 30.0
    concurrency = 1

    def __init__(self, codec: Codec, publisher: Publisher) -> None:
        self._codec = codec
        self._publisher = publisher

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
        change = await self._parsed(message)
        if change is None:
            return self._ignore("tombstone")
        if change.table == "wc_order_addresses":
            return await self._address(message, change, state)
        event = rows.captured(change, Lineage.of(message, change.shop_id, "cdc", change.changed_at))
        if event is None:
            return self._ignore(f"{change.table}_without_business_change")
        order_id = _order_id(event)
        if order_id is None:
            return await self._publish(event, orders.read(None))
        key = f"{change.shop_id}/{order_id}"
        order = orders.read(state.get(key))
        if not order["addressed"] and event["event_type"] != "order_deleted":
            state.put(key, cast(State, orders.park(order, message)))
            PARKED.labels(change.shop_id).inc()
            return []
        return await self._publish(event, order)

    async def _parsed(self, message: Message) -> Change | None:
        if self._codec.knows(message.value):
            return debezium.parse(message, self._codec)
        return await asyncio.to_thread(debezium.parse, message, self._codec)

    async def _address(self, message: Message, change: Change, state: StateView) -> Sequence[Output]:
        if change.op == "d":
            return self._ignore("address_deleted")
        key = f"{change.shop_id}/{identifier(change.row, 'order_id')}"
        billing = text(change.row, "address_type") == "billing"
        order = orders.learn(orders.read(state.get(key)), change.shop_id, payloads.address(change.row), billing=billing)
        order, waiting = orders.unpark(order, message)
        state.put(key, cast(State, order))
        if not waiting:
            return self._ignore("address_learnt")
        return [output for parked in waiting for output in await self._resume(parked, state)]

    async def _resume(self, parked: Message, state: StateView) -> Sequence[Output]:
        try:
            return await self.process(parked, state)
        except RefusedError as refused:
            # The parked row is refused, not the address that woke it.
            DEAD_LETTERS.labels(self.name, parked.topic).inc()
            return [dead_letter(parked, refused, stage=self.name, group=self.group, attempts=1, failed_at=now())]

    async def _publish(self, event: CapturedEvent, order: orders.Order) -> Sequence[Output]:
        completed = orders.complete(event, order)
        redaction = await asyncio.to_thread(self._publisher.redact, completed, orders.known(order), now())
        return self._publisher.encode(redaction)

    def _ignore(self, reason: str) -> Sequence[Output]:
        IGNORED.labels(self.name, reason).inc()
        return []


def _order_id(event: CapturedEvent) -> int | None:
    """The order whose rows tell the event's country; None when the event needs none."""
    if (note := event["note"]) is not None:
        return note["order_id"]
    return event["entity_id"] if event["entity"] == "order" else None
