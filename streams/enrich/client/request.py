"""One question to a model."""

from dataclasses import dataclass, field
from typing import Literal

from streams.enrich.client.parameters import Parameters

Priority = Literal["checkout", "batch"]
"""`checkout`: a shopper or a clerk waits for the answer, so it goes before `batch`."""

PRIORITIES: tuple[Priority, ...] = ("checkout", "batch")


@dataclass(frozen=True, slots=True)
class Request:
    """A prompt to be continued. `deadline_s`: longest time of the attempt, the wait in our own queue included.

    `stream`: have the tokens sent one by one, so that the time to the first is known.
    """

    prompt: str = field(repr=False)
    parameters: Parameters
    priority: Priority
    deadline_s: float
    stream: bool = False
