"""Two lanes, each a worker of its own with its own consumer group: batch tasks never stand before checkout ones.

The declared rules of degradation:

- a checkout task has a deadline; when it passes, the result is `unanswered`, on record, and the next is asked;
- a batch task waits: its lane has fewer places at the model, its events wait in Kafka while the model has no room, and
  what has waited for longer than the task's patience is `skipped`, on record;
- both go on by themselves: nothing has to be switched back.
"""

from dataclasses import dataclass
from typing import Literal

from streams.enrich import tasks
from streams.enrich.tasks.task import Task
from streams.settings import Settings

LaneRole = Literal["enrich", "enrich-batch"]


@dataclass(frozen=True, slots=True)
class Lane:
    """What one worker asks, and how many questions at a time."""

    role: LaneRole
    tasks: tuple[Task, ...]
    concurrency: int

    @property
    def reads_once(self) -> bool:
        """Whether it needs the table of notes that were read."""
        return any(task.read_once for task in self.tasks)


def checkout(settings: Settings) -> Lane:
    """The tasks that somebody waits for."""
    return Lane("enrich", tasks.of_lane("checkout"), settings.model_concurrency)


def batch(settings: Settings) -> Lane:
    """The tasks that can wait; a part of the places, so that the model's own queue is short when a checkout comes."""
    places = max(1, int(settings.model_concurrency * settings.model_batch_share))
    return Lane("enrich-batch", tasks.of_lane("batch"), places)
