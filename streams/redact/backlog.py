"""How old the records are that come: what seems to be quiet, or to be missing, may only be slow."""

from collections.abc import Callable
from datetime import datetime, timedelta

from streams.delivery.message import Message

_RECENT = timedelta(seconds=10)
_NONE = timedelta()


class Backlog:
    """Remembers the greatest recent age by partition. `clock`: the present, UTC."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._ages: dict[tuple[str, int], tuple[datetime, timedelta]] = {}

    def heard(self, message: Message) -> None:
        """A record came."""
        now, place = self._clock(), (message.topic, message.partition)
        age, (at, greatest) = now - message.timestamp, self._ages.get(place, (now, _NONE))
        if age >= greatest or now - at > _RECENT:
            self._ages[place] = now, age

    @property
    def lag(self) -> timedelta:
        """The greatest age of the last ten seconds."""
        now = self._clock()
        return max((age for at, age in self._ages.values() if now - at < _RECENT), default=_NONE)
