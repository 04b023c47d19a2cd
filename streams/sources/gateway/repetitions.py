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
from dataclasses import dataclass

from avro_schemas.records import WooDelivery
from streams.sources.gateway.rejected import Rejected
from streams.sources.webhooks import tells_time

Key = tuple[str, int, str, str, str]


def key_of(delivery: WooDelivery) -> Key:
    """What two requests must share to be one delivery."""
    topic = delivery["topic"]
    told_apart_by = "" if tells_time(topic) else delivery["delivery_id"]
    return delivery["shop_id"], delivery["webhook_id"], topic, delivery["body_sha256"], told_apart_by


@dataclass(slots=True)
class _Known:
    since: float
    outcome: "asyncio.Future[None]"


class Repetitions:
    """Remembers deliveries that were written, and those under way; the oldest are forgotten first."""

    def __init__(self, most: int, age_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`most`: entries kept; `age_s`: seconds after which an entry counts no more."""
        self._most = most
        self._age_s = age_s
        self._clock = clock
        self._known: OrderedDict[Key, _Known] = OrderedDict()

    def __len__(self) -> int:
        """Entries kept."""
        return len(self._known)

    async def once(self, key: Key, write: Callable[[], Awaitable[None]]) -> bool:
        """Write unless it has been written; True for a repetition. Who comes meanwhile gets what the first one got."""
        self._forget()
        if (known := self._known.get(key)) is not None:
            # Shielded: one who waits and goes away must not take the outcome away from the others.
            await asyncio.shield(known.outcome)
            return True
        outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._known[key] = _Known(self._clock(), outcome)
        try:
            await write()
        except BaseException as error:
            del self._known[key]
            outcome.set_exception(error if isinstance(error, Rejected) else _unknown())
            outcome.exception()  # seen, also where nobody waits
            raise
        outcome.set_result(None)
        return False

    def _forget(self) -> None:
        old = self._clock() - self._age_s
        while self._known:
            oldest = next(iter(self._known.values()))
            # What is under way is bounded by the queue, and must be found by its repetition.
            if not oldest.outcome.done() or (len(self._known) < self._most and oldest.since > old):
                return
            self._known.popitem(last=False)


def _unknown() -> Rejected:
    return Rejected(503, "broker_unreachable", "the first attempt had no outcome; WooCommerce does not send it again")
