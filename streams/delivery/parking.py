"""Which partitions wait for something that is away, and since when; a gauge for whoever watches from outside."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from streams.delivery.message import Message
from streams.delivery.timers import Wake
from streams.metrics import PARKED_SECONDS


class Place:
    """One message that may have to wait."""

    def __init__(self) -> None:
        self._since: float | None = None

    def wait(self) -> None:
        """It waits now; a second call changes nothing."""
        if self._since is None:
            self._since = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds it has been waiting for; 0 when it does not."""
        return 0.0 if self._since is None else time.monotonic() - self._since


class Parking:
    """The waiting messages and timers of one stage."""

    def __init__(self, stage: str, together: Sequence[str] = ()) -> None:
        """`together`: topics whose partitions of one number wait when one of them does, since they share a state."""
        self._stage = stage
        self._together = together
        self._places: dict[tuple[str, int], set[Place]] = {}

    @contextmanager
    def place(self, message: Message | Wake) -> Iterator[Place]:
        """A place for the message while the block runs."""
        keys, own = [(topic, message.partition) for topic in self._together or (message.topic,)], Place()
        for key in keys:
            self._known(key).add(own)
        try:
            yield own
        finally:
            for key in keys:
                self._places[key].discard(own)

    def _known(self, key: tuple[str, int]) -> set[Place]:
        if key not in self._places:
            places = self._places[key] = set()
            gauge = PARKED_SECONDS.labels(self._stage, *key)
            gauge.set_function(lambda: max((place.seconds for place in places), default=0.0))
        return self._places[key]
