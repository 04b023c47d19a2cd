"""How much a stage may refuse before it stops: a bad deploy must not drain a topic into its dead letters.

After arroyo's dead-letter limits (Sentry): a number in a row, and a share of the newest messages.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from streams.delivery.failure import StageFailedError

_WINDOW = 1000
_TELLING = 100


class LimitReachedError(StageFailedError):
    """More was refused than the limit allows; nothing of the batch was written or acknowledged."""


@dataclass(frozen=True, slots=True)
class RefusalLimit:
    """`in_a_row`: refused messages without an accepted one between. `share`: of the newest 1,000, from 100 on."""

    in_a_row: int
    share: float


class Refusals:
    """Counts what one stage refuses. The count is of the process: a restart begins anew."""

    def __init__(self, stage: str, limit: RefusalLimit) -> None:
        self._stage = stage
        self._limit = limit
        self._newest: deque[bool] = deque(maxlen=_WINDOW)
        self._refused = 0
        self._in_a_row = 0

    def take(self, outcomes: Sequence[bool]) -> None:
        """Count a batch before its dead letters are written; True stands for a refused message.

        LimitReachedError when it goes over the limit: the batch must then be neither written nor acknowledged.
        """
        if not (self._refused or any(outcomes)):
            self._newest.extend(outcomes)
            self._in_a_row = 0
            return
        for refused in outcomes:
            self._count(refused)
            if self._in_a_row > self._limit.in_a_row:
                raise self._reached(f"{self._in_a_row} messages in a row")
            if len(self._newest) >= _TELLING and self._refused > self._limit.share * len(self._newest):
                raise self._reached(f"{self._refused} of the newest {len(self._newest)} messages")

    def _count(self, refused: bool) -> None:
        if len(self._newest) == _WINDOW:
            self._refused -= self._newest[0]
        self._newest.append(refused)
        self._refused += refused
        self._in_a_row = self._in_a_row + 1 if refused else 0

    def _reached(self, what: str) -> LimitReachedError:
        return LimitReachedError(
            f"{self._stage} refused {what}: it stops before it drains the topic. `inland dlq list` shows which rules "
            "were broken; roll the deploy back or mend the producer, or raise INLAND_REFUSALS_IN_A_ROW or "
            "INLAND_REFUSALS_SHARE if the refusals are right"
        )
