"""Carts: rows of the sessions table to the events of a cart's life, with the session's state and its timer."""

from collections.abc import Callable
from datetime import datetime, timedelta

from streams.clock import to_ms
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import WAKE_AT, StateView
from streams.redact.last import LAST, kept_message, message_of
from streams.redact.telling import Telling
from streams.sources.carts import life
from streams.sources.debezium import Change
from streams.sources.fields import text
from streams.sources.lineage import Lineage

CART, SESSION = "cart", "session"


class Carts:
    """The carts of all shops."""

    def __init__(self, telling: Telling, quiet: timedelta, kept_for: timedelta, clock: Callable[[], datetime]) -> None:
        """`quiet`: after so long a cart is abandoned; `kept_for`: how long one that does not change is remembered."""
        self._telling = telling
        self._quiet = quiet
        self._kept_for = kept_for
        self._clock = clock

    async def row(self, change: Change, lineage: Lineage, message: Message, state: StateView) -> list[Output]:
        """A row of the sessions table. RefusedError when it is not what WooCommerce writes."""
        key = f"{change.shop_id}/{SESSION}/{text(change.row, 'session_key')}"
        step = life.changed(change, lineage, (state.get(key) or {}).get(CART), self._quiet)
        return await self._take(step, key, message, state)

    async def woken(self, key: str, state: StateView) -> list[Output]:
        """A session whose time has come."""
        kept = state.get(key) or {}
        last = message_of(kept)
        if last is None or kept[CART][WAKE_AT] is None:
            state.delete(key)
            return []
        try:
            return await self._take(life.woken(kept[CART]), key, last, state)
        except RefusedError as refused:
            return [self._telling.dead(last, refused)]

    async def _take(self, step: life.Step, key: str, message: Message, state: StateView) -> list[Output]:
        if step.state is None:
            state.delete(key)
        else:
            timer = step.state[WAKE_AT] or to_ms(self._clock() + self._kept_for)
            state.put(key, {CART: step.state, LAST: kept_message(message), WAKE_AT: timer})
        return [output for event in step.events for output in await self._telling.event(event, state)]
