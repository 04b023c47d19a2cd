"""Names a partition of a topic, and a record in it."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """One partition of one topic; prints as `topic:number`, the form that tokens and query ids carry."""

    topic: str
    number: int

    def __str__(self) -> str:
        return f"{self.topic}:{self.number}"


class Place(NamedTuple):
    """One record."""

    partition: Partition
    offset: int
