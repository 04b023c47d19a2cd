"""The batch ledger: what became of every offset, and when it became visible in ClickHouse.

Each lane writes its own, a few batches at a time, and commits only what the ledger has: a crash may lose an entry,
never data, and the records above the last commit are read again and entered then.
"""

import hashlib
from dataclasses import astuple, fields

from streams.audit.entry import Entry
from streams.audit.place import Partition
from streams.audit.store import Store
from streams.audit.tables import LEDGER

_EVERY_S = 0.5
_NAMES = tuple(field.name for field in fields(Entry))


class Ledger:
    """Collects a partition's entries and writes them in the order they came."""

    def __init__(self, store: Store, partition: Partition) -> None:
        self._store = store
        self._partition = partition
        self._waiting: list[Entry] = []
        self._due_at = 0.0

    def add(self, entry: Entry, at: float) -> None:
        """Enter a batch; `at`: monotonic seconds."""
        if not self._waiting:
            self._due_at = at + _EVERY_S
        self._waiting.append(entry)

    def due_in(self, at: float) -> float | None:
        """Seconds until the entries should be written; None when none waits."""
        return max(0.0, self._due_at - at) if self._waiting else None

    async def flush(self) -> int | None:
        """Write what waits; the last offset written, None when nothing waited."""
        if not self._waiting:
            return None
        first, last = self._waiting[0], self._waiting[-1]
        place = f"{self._partition}:{first.first_offset}-{last.last_offset}"
        columns = list(zip(*map(astuple, self._waiting), strict=True))
        # The time tells these entries from others over the same offsets, after somebody has deleted those.
        when = hashlib.sha256(last.visible_at.isoformat().encode()).hexdigest()[:12]
        await self._store.put(f"batch ledger, {place}", LEDGER, _NAMES, columns, f"{place}:{LEDGER}:{when}")
        self._waiting = []
        return last.last_offset


async def check_ledger(store: Store) -> None:
    """SinkStoppedError when the ledger's table is not as this version needs it."""
    await store.check(LEDGER, _NAMES)
