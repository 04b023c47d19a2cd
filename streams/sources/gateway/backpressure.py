"""How much may wait for Kafka. Over the bound the answer is 503 at once: no shop's request hangs on our queue."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from streams.sources.gateway.rejected import Rejected


@dataclass(frozen=True, slots=True)
class Bounds:
    """`waiting`: unconfirmed deliveries; `held_bytes`: bodies in memory; `stall_s`: age of the oldest, seconds."""

    waiting: int
    held_bytes: int
    stall_s: float


class Backpressure:
    """Counts bodies in memory and deliveries that Kafka has not confirmed."""

    def __init__(self, bounds: Bounds, clock: Callable[[], float] = time.monotonic) -> None:
        self._bounds = bounds
        self._clock = clock
        # Insertion order is age.
        self._since: dict[int, float] = {}
        self._next = 0
        self._stalled = False
        self.held_bytes = 0

    @property
    def waiting(self) -> int:
        """Deliveries that wait for Kafka's confirmation."""
        return len(self._since)

    @property
    def oldest_s(self) -> float:
        """How long the oldest of them has been waiting, seconds; 0 when none waits."""
        for since in self._since.values():
            return self._clock() - since
        return 0.0

    @property
    def overload(self) -> str | None:
        """Name of the bound that is passed, as in the outcomes; None when there is room."""
        if self._stalled or self.oldest_s > self._bounds.stall_s:
            return "broker_slow"
        if len(self._since) >= self._bounds.waiting:
            return "queue_full"
        if self.held_bytes >= self._bounds.held_bytes:
            return "memory_full"
        return None

    def admit(self) -> None:
        """Rejected with 503 when a bound is passed."""
        if (overload := self.overload) is not None:
            raise Rejected(503, overload, "see the broker and the gateway's load; WooCommerce does not send it again")

    def hold(self, size: int) -> None:
        """A part of a body has come; Rejected when it finds no room."""
        if self.held_bytes + size > self._bounds.held_bytes:
            raise Rejected(503, "memory_full", "run more gateways, or raise INLAND_WEBHOOK_HELD_BYTES")
        self.held_bytes += size

    def release(self, size: int) -> None:
        """Bodies have gone."""
        self.held_bytes -= size

    def begin(self) -> int:
        """One delivery waits for Kafka from now on; its number, for `end`. Rejected when it may not."""
        self.admit()
        self._next = number = self._next + 1
        self._since[number] = self._clock()
        return number

    def end(self, number: int) -> float:
        """It waits no more, however that came; for how long it has, seconds."""
        return self._clock() - self._since.pop(number)

    def stall(self) -> None:
        """Kafka has failed a delivery: nothing more is taken until it answers again."""
        self._stalled = True

    def recover(self) -> None:
        """Kafka answers."""
        self._stalled = False

    @property
    def stalled(self) -> bool:
        """Whether Kafka has failed and has not answered since."""
        return self._stalled
