"""ClickHouse's disk runs full."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.stand import Stand

_FILLER = "filler"
_AT_ONCE, _SLOWLY = 32 << 20, 768 << 10
_SHARE, _STEP_S, _MOST_STEPS = 0.02, 0.1, 400
"""Bytes left: the disk is filled to 32 MiB at once, and then by a fiftieth of the rest at a time to 768 KiB.

ClickHouse reserves at least 1 MiB for an insert or a merge, and refuses (243) with less. Not all is taken, and not at
once, since what is under way must still find its room: the engine of the local platform, libchdb, passes over a write
that finds none (write(2) says ENOSPC, the part is committed with empty files), where ClickHouse's server raises.
"""


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

    async def heal(self, stand: Stand) -> None:
        """See Fault."""
        if stand.disk is not None:
            (stand.disk / _FILLER).unlink(missing_ok=True)


def fill(disk: Path, leave: int, share: float = 1.0) -> int:
    """Have the filler take a share (0..1) of what is free, and leave `leave` bytes; returns what was free before."""
    state = os.statvfs(disk)
    free = state.f_bavail * state.f_frsize
    if free > leave:
        with (disk / _FILLER).open("ab") as file:
            os.posix_fallocate(file.fileno(), file.tell(), min(free - leave, max(int(free * share), state.f_frsize)))
    return free
