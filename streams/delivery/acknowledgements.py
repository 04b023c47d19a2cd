"""What is done and not committed yet. One commit takes all that came together while the last one was under way."""

import asyncio
from collections.abc import Mapping

from faust.types import TP


class Acknowledgements:
    """The next offset to read, by partition."""

    def __init__(self) -> None:
        self._offsets: dict[TP, int] = {}
        self._there = asyncio.Event()

    def done(self, tp: TP, offset: int) -> None:
        """All of the partition before `offset` is done."""
        self._offsets[tp] = offset
        self._there.set()

    async def due(self) -> None:
        """Return when there is something to commit."""
        await self._there.wait()

    def take(self) -> dict[TP, int]:
        """What is to be committed now."""
        offsets, self._offsets = self._offsets, {}
        self._there.clear()
        return offsets

    def give_back(self, offsets: Mapping[TP, int]) -> None:
        """What could not be committed stays due, unless more has been done since."""
        self._offsets = {**offsets, **self._offsets}
        self._there.set()
