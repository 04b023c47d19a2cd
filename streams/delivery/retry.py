"""Trying again: exponential backoff with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS, 2015)."""

import random
from collections.abc import Iterator

FIRST_S = 0.1
LONGEST_S = 5.0


def waits(generator: random.Random | None = None) -> Iterator[float]:
    """Endless waits in seconds; the bound doubles from FIRST_S up to LONGEST_S."""
    chance = generator or random.SystemRandom()
    bound = FIRST_S
    while True:
        # Never zero: a refused connection comes back at once, and must not be asked again at once.
        yield chance.uniform(FIRST_S / 2, bound)
        bound = min(LONGEST_S, bound * 2)
