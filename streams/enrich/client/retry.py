"""How long to wait before an attempt is made again. Pure.

Full jitter: callers that failed together do not come back together. M. Brooker, "Exponential Backoff And Jitter",
AWS Architecture Blog (2015).
"""

import random

FIRST_S = 0.25
LONGEST_S = 15.0


def pause_s(attempt: int, chance: random.Random) -> float:
    """Seconds before the attempt after number `attempt` (from 1): uniform below a bound that doubles, up to a cap."""
    # The exponent is capped too: 2 ** 5000 is no float.
    return chance.uniform(0.0, min(LONGEST_S, FIRST_S * 2.0 ** min(attempt - 1, 16)))
