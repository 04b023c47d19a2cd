"""Notes on orders: each waits until something is known of its order, so that its region and its subject's values are.

A webhook or an address row tells; where neither comes, the order was placed before anybody listened, and its rows are
asked for. What nobody ever tells of becomes a dead letter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from avro_schemas.records import CapturedEvent
from streams.clock import to_ms
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import State, StateView
from streams.metrics import PARKED
from streams.redact import context
from streams.redact.telling import Telling
from streams.sources import payloads
from streams.sources.assembly.order import ADDRESSES
from streams.sources.debezium import Change
from streams.sources.fields import text

Read = Callable[[Message], CapturedEvent | None]
"""The note in a message that waited."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """What became of notes that waited too long."""

    outputs: Sequence[Output] = field(default=(), repr=False)
    ask: bool = False
    """Whether the order's rows should be asked for."""


class Notes:
    """What is known of orders' subjects, and the notes that wait for it. Kept beside the order in the stage's state."""

    def __init__(self, telling: Telling, read: Read, patience: timedelta, clock: Callable[[], datetime]) -> None:
        """`patience`: how long a note waits before its order is asked for, and again before it is given up."""
        self._telling = telling
        self._read = read
        self._patience = patience
        self._clock = clock

    async def take(self, event: CapturedEvent, message: Message, key: str, state: StateView) -> list[Output]:
        """A note of the order at `key`: published, or kept until something is known of the order."""
        known = context.read(state.get(key))
        if known["addressed"]:
            return await self._publish(event, known, state)
        PARKED.labels(event["shop_id"]).inc()
        self._keep(key, context.park(known, message, to_ms(self._clock())), state)
        return []

    async def address(self, change: Change, key: str, state: StateView) -> list[Output]:
        """An address row of the order at `key`; notes that waited for it go."""
        if change.table != ADDRESSES or change.op == "d":
            return []
        billing = text(change.row, "address_type") == "billing"
        address = payloads.address(change.row)
        return await self._learnt(
            context.learn(context.read(state.get(key)), change.shop_id, address, billing=billing), key, state
        )

    async def order(self, event: CapturedEvent, key: str, state: StateView) -> list[Output]:
        """An order that was told, by whichever route; notes that waited for it go."""
        if event["order"] is None:
            return []
        return await self._learnt(context.learn_order(context.read(state.get(key)), event), key, state)

    def overdue(self, key: str, state: StateView) -> Overdue:
        """Notes at `key` whose `due` has passed."""
        known = context.read(state.get(key))
        if not known["asked"]:
            self._keep(key, {**known, "asked": True, "since": to_ms(self._clock())}, state)
            return Overdue(ask=True)
        rest, waiting = context.unpark(known)
        self._keep(key, rest, state)
        rule = "redact: a note on an order whose address never came"
        remedy = "see that the connector captures the order's tables, then replay the dead letter"
        return Overdue([self._telling.dead(message, RefusedError(rule, remedy)) for message in waiting])

    def due(self, kept: State | None) -> int | None:
        """When the notes in a state have to be looked at, epoch milliseconds; None when none waits."""
        since = context.read(kept)["since"]
        return since + self._patience // timedelta(milliseconds=1) if since else None

    async def _learnt(self, known: context.Context, key: str, state: StateView) -> list[Output]:
        rest, waiting = context.unpark(known)
        self._keep(key, rest, state)
        outputs: list[Output] = []
        for message in waiting:
            try:
                event = self._read(message)
                outputs += await self._publish(event, rest, state) if event is not None else []
            except RefusedError as refused:
                # The waiting row is refused, not what woke it.
                outputs.append(self._telling.dead(message, refused))
        return outputs

    async def _publish(self, event: CapturedEvent, known: context.Context, state: StateView) -> list[Output]:
        return await self._telling.event(context.complete(event, known), state, context.known(known))

    @staticmethod
    def _keep(key: str, known: context.Context, state: StateView) -> None:
        state.put(key, {**(state.get(key) or {}), context.CONTEXT: cast(State, known)})
