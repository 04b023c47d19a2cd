"""ClickHouse's disk runs full.

ClickHouse reserves at least 1 MiB for an insert or a merge, and refuses (243, NOT_ENOUGH_SPACE) with less. What is
under way must still find its room: the engine of the local platform, libchdb 26.7, passes over a write that finds none.
write(2) says ENOSPC, and the part is committed with empty files, an acknowledged insert's as well as a merge's; queries
then answer 246 (CORRUPTED_DATA). ClickHouse's server raises an error at that write. So the disk is filled slowly, and
not to its end.
"""

import asyncio
import os
import signal
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.chaos.reconcile.store import TABLES
from tests.chaos.stand import Stand

_FILLER = "filler"
_AT_ONCE, _SLOWLY = 32 << 20, 768 << 10
_SHARE, _STEP_S, _MOST_STEPS = 0.02, 0.1, 250
"""Bytes left: the disk is filled to 32 MiB at once, and then by a fiftieth of the rest at a time to 768 KiB."""
_CORRUPTED_DATA = "246"
_TIMEOUT_S = 20.0


@dataclass(slots=True)
class FullDisk:
    """A file takes what is left of the small disk under ClickHouse's data; healed by its deletion."""

    lasts_s: float
    name: str = "full-disk"

    async def strike(self, stand: Stand) -> None:
        """See Fault."""
        if stand.disk is None:
            raise RuntimeError("ClickHouse has no disk of its own that could be filled")
        fill(stand.disk, _AT_ONCE)
        for _ in range(_MOST_STEPS):
            if fill(stand.disk, _SLOWLY, share=_SHARE) <= _SLOWLY:
                return
            await asyncio.sleep(_STEP_S)

    async def heal(self, stand: Stand) -> str | None:
        """See Fault. A restart sets a broken merge aside and reads what it was merged from, kept for eight minutes."""
        if stand.disk is None:
            return None
        (stand.disk / _FILLER).unlink(missing_ok=True)
        if not await _is_corrupted(stand):
            return None
        os.kill(await stand.pid("clickhouse"), signal.SIGTERM)
        return "ClickHouse could not read a part that it had written on the full disk (246), and was restarted"


async def _is_corrupted(stand: Stand) -> bool:
    headers = {"X-ClickHouse-User": "analyst", "X-ClickHouse-Key": stand.secret("clickhouse-analyst")}
    async with httpx.AsyncClient(trust_env=False, timeout=_TIMEOUT_S) as client:
        for table in TABLES:
            query = f"SELECT sum(ignore(*)) FROM inland.{table}"  # noqa: S608 - our own names
            answer = await client.post(stand.platform.settings.clickhouse_url, content=query, headers=headers)
            if answer.headers.get("X-ClickHouse-Exception-Code") == _CORRUPTED_DATA:
                return True
    return False


def fill(disk: Path, leave: int, share: float = 1.0) -> int:
    """Have the filler take a share (0..1) of what is free, and leave `leave` bytes; returns what was free before."""
    state = os.statvfs(disk)
    free = state.f_bavail * state.f_frsize
    if free > leave:
        with (disk / _FILLER).open("ab") as file:
            os.posix_fallocate(file.fileno(), file.tell(), min(free - leave, max(int(free * share), state.f_frsize)))
    return free
