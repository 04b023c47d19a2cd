"""How far the questions about an event have come, while the event waits for a model server that is away.

In memory only: after a crash the questions begin anew, under the same call ids.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from streams.delivery.message import Output

_MOST_EVENTS = 10_000


@dataclass(slots=True)
class Progress:
    """One question."""

    attempts: int = 0
    answers: int = 0
    """Attempts that count against the limit of answers."""
    outputs: list[Output] | None = field(default=None, repr=False)
    """What it led to; None while it is open."""


class Register:
    """The questions of events under way, by event id and task."""

    def __init__(self) -> None:
        self._events: OrderedDict[str, dict[str, Progress]] = OrderedDict()

    def of(self, event_id: str, task: str) -> Progress:
        """The question's progress, from the beginning when there is none."""
        if event_id not in self._events and len(self._events) >= _MOST_EVENTS:
            self._events.popitem(last=False)
        return self._events.setdefault(event_id, {}).setdefault(task, Progress())

    def close(self, event_id: str) -> None:
        """All questions about the event are answered."""
        self._events.pop(event_id, None)
