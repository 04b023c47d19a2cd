"""What a stage keeps and what time it is, where records are read without a broker: in memory, gone with the run."""

from datetime import UTC, datetime

from streams.delivery.state import WAKE_AT, State
from streams.delivery.timers import Timers


class RecordClock:
    """The stage's present: the time of the record in hand."""

    def __init__(self) -> None:
        self.now = datetime.fromtimestamp(0, UTC)

    def __call__(self) -> datetime:
        """The time, UTC."""
        return self.now


class Remembered:
    """State in memory, as a table holds it for one partition number."""

    def __init__(self) -> None:
        self.timers = Timers()
        self._state: dict[str, State] = {}

    def get(self, key: str) -> State | None:
        """See streams.delivery.state.StateView."""
        return self._state.get(key)

    def put(self, key: str, value: State) -> None:
        """See streams.delivery.state.StateView."""
        self._state[key] = value
        self.timers.set(key, value.get(WAKE_AT))

    def delete(self, key: str) -> None:
        """See streams.delivery.state.StateView."""
        self._state.pop(key, None)
        self.timers.set(key, None)
