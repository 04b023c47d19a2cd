"""When the states of one partition want to be woken. In memory: it is read from the states, which are what counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

# Entries of the heap that no longer count are dropped when they come up; beyond so many more than counted, at once.
_STALE = 64


@dataclass(frozen=True, slots=True)
class Wake:
    """One timer that has rung. The key may name a person's order: it is not shown."""

    topic: str
    """The table's changelog."""
    partition: int
    key: str = field(repr=False)
    at: int
    """The time that the state names, epoch milliseconds."""

    @property
    def place(self) -> str:
        """topic[partition] for errors and logs; a timer has no offset."""
        return f"{self.topic}[{self.partition}], a timer"


@dataclass(frozen=True, slots=True)
class _Timer:
    at: int
    rings: int
    """`at`, or later for one that rests."""


class Timers:
    """The timers of one partition by key. Times are epoch milliseconds."""

    def __init__(self) -> None:
        self._timers: dict[str, _Timer] = {}
        self._heap: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._timers)

    def set(self, key: str, at: int | None) -> None:
        """The key's state names this time now; None for none."""
        if at is None:
            if self._timers.pop(key, None) is not None:
                self._shrink()
            return
        known = self._timers.get(key)
        if known is None or known.at != at:
            self._ring(key, _Timer(at, at))

    def rest(self, wakes: Sequence[Wake], until: int) -> int:
        """Those of the wakes whose time has not been changed ring again, not before `until`; returns their number."""
        resting = [wake.key for wake in wakes if (known := self._timers.get(wake.key)) and known.at == wake.at]
        for key in resting:
            self._ring(key, _Timer(self._timers[key].at, until))
        return len(resting)

    def ringing(self, now: int) -> bool:
        """Whether there is one that rings."""
        while self._heap and self._heap[0][0] <= now:
            if self._counts(*self._heap[0]):
                return True
            heappop(self._heap)
        return False

    def due(self, now: int, most: int) -> list[tuple[str, int]]:
        """Key and time of those that ring, earliest first, at most so many. They ring until they are set or rest."""
        found: set[tuple[int, str]] = set()
        while len(found) < most and self.ringing(now):
            found.add(heappop(self._heap))
        for entry in found:
            heappush(self._heap, entry)
        return [(key, self._timers[key].at) for _, key in sorted(found)]

    def _counts(self, rings: int, key: str) -> bool:
        timer = self._timers.get(key)
        return timer is not None and timer.rings == rings

    def _ring(self, key: str, timer: _Timer) -> None:
        self._timers[key] = timer
        heappush(self._heap, (timer.rings, key))
        self._shrink()

    def _shrink(self) -> None:
        if len(self._heap) > 2 * len(self._timers) + _STALE:
            self._heap = [(timer.rings, key) for key, timer in self._timers.items()]
            heapify(self._heap)
