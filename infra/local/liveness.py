"""When a process that runs and does no work is ended, so that it is started again."""

import time
from collections.abc import Callable
from dataclasses import dataclass

LONGEST_REST_S = 1800.0


@dataclass(frozen=True, slots=True)
class LivenessBounds:
    """How sure, and how patient, the supervisor is."""

    failures: int
    """In a row."""
    start_s: float
    """Longest time to the first health; a process that reads its tables back is not to be disturbed."""
    rest_s: float
    """Least time from one end of a process to the next; doubles while the ends do not help."""


class Liveness:
    """Counts failed liveness probes of one component over the lives of its processes."""

    def __init__(self, bounds: LivenessBounds, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds."""
        self._bounds, self._clock = bounds, clock
        self._started = clock()
        self._was_healthy = False
        self._failed = 0
        self._rest_s = 0.0

    def started(self) -> None:
        """A new process begins with nothing against it."""
        self._started, self._was_healthy, self._failed = self._clock(), False, 0

    def healthy(self) -> None:
        """The process serves its clients: from now on liveness counts."""
        self._was_healthy = True

    @property
    def counts(self) -> bool:
        """Whether the process is past its start."""
        return self._was_healthy or self._age_s >= self._bounds.start_s

    def lived(self) -> None:
        """A liveness probe succeeded."""
        self._failed = 0

    def failed(self) -> bool:
        """A liveness probe failed: whether the process is to be ended now."""
        self._failed += 1
        if self._failed < self._bounds.failures or self._age_s < self._rest_s:
            return False
        helped = self._age_s >= 2 * self._rest_s
        self._rest_s = self._bounds.rest_s if helped else min(2 * self._rest_s, LONGEST_REST_S)
        return True

    @property
    def _age_s(self) -> float:
        return self._clock() - self._started
