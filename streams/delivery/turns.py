"""One at a time: what works on the state of one stage takes turns, partition number by partition number.

A stage that reads several topics keeps the state of a key in one place. A batch of each, side by side, would overwrite
what the other has changed, and so would a batch of timers. Stages that share a table do not wait for one another: each
has keys of its own.
"""

import asyncio
from collections import defaultdict

from streams.delivery.table import Table


class Turns:
    """The turns of one stage over its table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    def turn(self, partition: int) -> asyncio.Lock:
        """Held by whatever works on the partition; given in the order in which it was asked for."""
        return self._locks[partition]

    def serves(self, partition: int) -> bool:
        """Whether the partition's state is here."""
        return self.table.serves(partition)
