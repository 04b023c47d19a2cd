"""Whether the stage works off what has piled up: then what seems to be missing may only be behind."""

from collections.abc import Callable
from datetime import datetime, timedelta

from streams.delivery.message import Message

_OLD = timedelta(seconds=5)
_RECENT = timedelta(seconds=10)


class Backlog:
    """Remembers how old records were when they came. `clock`: the present, UTC."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._old_at: dict[tuple[str, int], datetime] = {}

    def heard(self, message: Message) -> None:
        """A record came."""
        now, place = self._clock(), (message.topic, message.partition)
        if now - message.timestamp > _OLD:
            self._old_at[place] = now
        else:
            self._old_at.pop(place, None)

    @property
    def behind(self) -> bool:
        """Whether one of the partitions still gives old records."""
        return any(self._clock() - at < _RECENT for at in self._old_at.values())
