"""Deliveries that came before: the shop, or what stands between, may send one twice.

WooCommerce's delivery id is a hash of webhook and second, so that two different deliveries share it: body, topic and
webhook are the key. Only where the body tells no time may the same bytes be a second happening (an order trashed,
restored and trashed again; a hook that fires twice): there the delivery id is part of the key, and a doubt is a record.
Downstream a repetition is harmless; a change that was swallowed here would be gone.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from avro_schemas.records import WooDelivery
from streams.sources.gateway.rejected import Rejected
from streams.sources.webhooks import tells_time


def key_of(delivery: WooDelivery) -> bytes:
    """What two requests must share to be one delivery."""
    topic = delivery["topic"]
    told_apart_by = "" if tells_time(topic) else delivery["delivery_id"]
    return f"{delivery['shop_id']} {delivery['webhook_id']} {topic} {delivery['body_sha256']} {told_apart_by}".encode()


class Repetitions:
    """Remembers deliveries that were written, and those under way; the oldest are forgotten first."""

    def __init__(self, most: int, age_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`most`: deliveries remembered; `age_s`: seconds after which one counts no more."""
        self._most = most
        self._age_s = age_s
        self._clock = clock
        # Bytes and numbers alone: the garbage collector need not look at tens of thousands of them.
        self._written: OrderedDict[bytes, float] = OrderedDict()
        self._under_way: dict[bytes, asyncio.Future[None] | None] = {}

    def __len__(self) -> int:
        """Deliveries remembered as written."""
        return len(self._written)

    async def once(self, key: bytes, write: Callable[[], Awaitable[None]]) -> bool:
        """Write unless it has been written; True for a repetition. Who comes meanwhile gets what the first one got."""
        self._forget()
        if key in self._written:
            return True
        if key in self._under_way:
            await self._outcome(key)
            return True
        self._under_way[key] = None
        try:
            await write()
        except BaseException as error:
            self._settle(key, error if isinstance(error, Rejected) else _unknown())
            raise
        self._written[key] = self._clock()
        self._settle(key, None)
        return False

    async def _outcome(self, key: bytes) -> None:
        outcome = self._under_way[key]
        if outcome is None:
            self._under_way[key] = outcome = asyncio.get_running_loop().create_future()
        # Shielded: one who waits and goes away must not take the outcome away from the others.
        await asyncio.shield(outcome)

    def _settle(self, key: bytes, rejected: Rejected | None) -> None:
        outcome = self._under_way.pop(key)
        if outcome is None:
            return
        if rejected is None:
            outcome.set_result(None)
        else:
            outcome.set_exception(rejected)
            outcome.exception()  # seen, also where all who waited have gone

    def _forget(self) -> None:
        old = self._clock() - self._age_s
        while self._written and (len(self._written) >= self._most or next(iter(self._written.values())) <= old):
            self._written.popitem(last=False)


def _unknown() -> Rejected:
    return Rejected(503, "broker_unreachable", "the first attempt had no outcome; WooCommerce does not send it again")
