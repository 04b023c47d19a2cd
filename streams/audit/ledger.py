"""The batch ledger: which offsets became visible in ClickHouse, and when.

Written beside the data, a few batches at a time; a crash may lose an entry, never data. The next owner of the partition
finds such rows (landed.unwritten) and enters them as recovered.
"""

import asyncio
import hashlib
from dataclasses import astuple, dataclass, fields
from datetime import datetime

from streams.audit.place import Partition
from streams.audit.store import Store
from streams.audit.tables import LEDGER

_EVERY_S = 0.25


@dataclass(frozen=True, slots=True)
class Entry:
    """One batch, fields as the columns of `ingest_batches`. Offsets inclusive; times UTC."""

    topic: str
    partition: int
    first_offset: int
    last_offset: int
    rows: int
    dead_letters: int
    max_captured_at: datetime
    landed_at: datetime
    visible_at: datetime
    recovered: bool = False

    @property
    def place(self) -> str:
        """The batch's range, for tokens."""
        return f"{Partition(self.topic, self.partition)}:{self.first_offset}-{self.last_offset}"


_NAMES = tuple(field.name for field in fields(Entry))


class Ledger:
    """Collects entries and writes them in the order they came."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[Entry] = []
        self._writing = asyncio.Lock()

    def add(self, entry: Entry) -> None:
        """Enter a batch; it is written within a fraction of a second, or by `flush`."""
        self._waiting.append(entry)

    async def flush(self) -> None:
        """Write what waits and return when ClickHouse has it."""
        async with self._writing:
            if not self._waiting:
                return
            entries = tuple(self._waiting)
            token = hashlib.sha256(" ".join(entry.place for entry in entries).encode()).hexdigest()
            columns = list(zip(*(astuple(entry) for entry in entries), strict=True))
            await self._store.put("batch ledger", LEDGER, _NAMES, columns, f"{LEDGER}:{token}")
            del self._waiting[: len(entries)]

    async def run(self) -> None:
        """Write for ever."""
        while True:
            await asyncio.sleep(_EVERY_S)
            await self.flush()

    async def check(self) -> None:
        """SinkStoppedError when the ledger's table is not as this version needs it."""
        await self._store.check(LEDGER, _NAMES)
