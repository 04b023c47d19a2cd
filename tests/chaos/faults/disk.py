"""ClickHouse's disk runs full."""

import asyncio
import errno
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.stand import Stand

_FILLER = "filler"
_BLOCK = bytes(1 << 20)


@dataclass(slots=True)
class FullDisk:
    """A file takes what is left of the small disk under ClickHouse's data; healed by its deletion."""

    lasts_s: float
    name: str = "full-disk"

    async def strike(self, stand: Stand) -> None:
        """See Fault."""
        if stand.disk is None:
            raise RuntimeError("ClickHouse has no disk of its own that could be filled")
        await asyncio.to_thread(_fill, stand.disk / _FILLER)

    async def heal(self, stand: Stand) -> None:
        """See Fault."""
        if stand.disk is not None:
            (stand.disk / _FILLER).unlink(missing_ok=True)


def _fill(path: Path) -> None:
    with path.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(_BLOCK)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
