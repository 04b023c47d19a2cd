"""Which fault is struck when: all one by one, then a random sequence that a seed repeats. Pure."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def sweep_then_random(faults: Sequence[T], seed: int) -> Iterator[T]:
    """Every fault once in its order, then one drawn after the other for ever, none twice in a row.

    Raises ValueError where there is no fault to strike.
    """
    if not faults:
        raise ValueError("no fault is left to strike: see --only")
    yield from faults
    chance, last = Random(f"{seed}/schedule"), faults[-1]
    while True:
        others = [fault for fault in faults if fault is not last] or list(faults)
        last = chance.choice(others)
        yield last
