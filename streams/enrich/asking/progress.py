"""How far the questions about an event have come, while the event waits for a model server that is away.

In memory only: after a crash the questions begin anew, under the same call ids.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from streams.delivery.message import Output
from streams.enrich.tasks.fault import Wrong

_MOST_EVENTS = 10_000


@dataclass(slots=True)
class StepProgress:
    """One call's worth of a question."""

    attempts: int = 0
    answers: int = 0
    """Attempts that count against the limit of answers."""
    wrong: Wrong | None = None
    """What the last answer was not right about; None before there was one."""


@dataclass(slots=True)
class Progress:
    """One question."""

    steps: dict[str, StepProgress] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict, repr=False)
    """Valid answers by step."""
    unwritten: list[Output] = field(default_factory=list, repr=False)
    """Records of it that Kafka has not confirmed yet."""
    most_characters: int | None = None
    """Of the text, once the server found the prompt too long."""
    raised: bool = False
    """Whether compliance has been told what the rule saw."""
    done: bool = False

    def of(self, step: str) -> StepProgress:
        """The step's progress, from the beginning when there is none."""
        return self.steps.setdefault(step, StepProgress())


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
