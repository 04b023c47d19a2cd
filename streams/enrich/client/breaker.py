"""A circuit breaker: what does not answer is left alone for a while, then tried by one call before all come back.

After M. Nygard, "Release It!" (2007). Pure: the clock and the chance are given.
"""

import random
from collections.abc import Callable
from typing import Literal

State = Literal["closed", "open", "half_open"]

FAILURES = 5
FIRST_S = 1.0
LONGEST_S = 30.0


class Breaker:
    """Guards one endpoint. Closed: calls go. Open: none goes. Half open: one goes, and decides for all."""

    def __init__(self, clock: Callable[[], float], chance: random.Random | None = None) -> None:
        """`clock`: monotonic seconds."""
        self._clock = clock
        self._chance = chance or random.SystemRandom()
        self._failures = 0
        self._pause_s = FIRST_S
        self._opens_until: float | None = None
        self._probing = False

    @property
    def state(self) -> State:
        """Where it stands now."""
        if self._opens_until is None:
            return "closed"
        return "open" if self._clock() < self._opens_until else "half_open"

    def admit(self) -> bool:
        """Whether a call may go now. Every admitted call is followed by `succeeded`, `failed` or `given_up`."""
        match self.state:
            case "closed":
                return True
            case "half_open" if not self._probing:
                self._probing = True
                return True
            case _:
                return False

    @property
    def admits(self) -> bool:
        """Whether `admit` would let a call go; changes nothing."""
        state = self.state
        return state == "closed" or (state == "half_open" and not self._probing)

    def succeeded(self) -> None:
        """A call was answered: close."""
        self._failures, self._pause_s = 0, FIRST_S
        self._opens_until, self._probing = None, False

    def failed(self) -> None:
        """A call was not answered. Enough of them in a row open the circuit, a failed probe opens it for longer."""
        self._failures += 1
        if not self._probing and (self._failures < FAILURES or self._opens_until is not None):
            return
        self._open()

    def given_up(self) -> None:
        """A call was cancelled, by a rebalance for one: it tells nothing, and a probe's place is free again."""
        self._probing = False

    def trip(self) -> None:
        """The server is known to be away: open without waiting for more calls to fail."""
        if self.state != "open":
            self._open()

    def _open(self) -> None:
        if self._opens_until is not None:
            self._pause_s = min(LONGEST_S, self._pause_s * 2)
        self._probing = False
        self._opens_until = self._clock() + self._pause_s * self._chance.uniform(0.5, 1.0)
