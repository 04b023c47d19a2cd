"""Which fault is struck when: each once and then at random, all in an order that a seed draws. Pure."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def seeded(faults: Sequence[T], seed: int) -> Iterator[T]:
    """Every fault once, then one drawn after the other for ever, none twice in a row.

    Raises ValueError where there is no fault to strike.
    """
    if not faults:
        raise ValueError("no fault is left to strike: see --only")
    chance = Random(f"{seed}/schedule")
    first = chance.sample(faults, len(faults))
    yield from first
    last = first[-1]
    while True:
        others = [fault for fault in faults if fault is not last] or list(faults)
        last = chance.choice(others)
        yield last
