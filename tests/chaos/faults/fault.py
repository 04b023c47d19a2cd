"""The shape of a fault."""

from typing import Protocol

from tests.chaos.stand import Stand

STRIKE_WITHIN_S = 90.0
"""Longest time that a strike, or a healing, may take."""


class Fault(Protocol):
    """Struck once, lasts for a bounded time, is healed. One object may be struck again and again."""

    @property
    def name(self) -> str:
        """What the report and `--only` call it."""

    @property
    def lasts_s(self) -> float:
        """Seconds between strike and healing; 0 for what is over at once."""

    async def strike(self, stand: Stand) -> None:
        """Do the harm."""

    async def heal(self, stand: Stand) -> str | None:
        """Undo it, where the platform cannot be expected to; also called when the strike has failed.

        Says what an operator had to do besides, where there was something.
        """
