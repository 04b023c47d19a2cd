"""ClickHouse's disk runs full.

Where that meets a merge, ClickHouse 26.7 now and then keeps a merged part whose marks were never written, without an
error in its log, and answers every query that needs it with 246 (CORRUPTED_DATA). A restart mends it: the part is set
aside, and the parts that it was merged from, kept for eight minutes, are read again. That is the operator's to do.
"""

import asyncio
import errno
import os
import signal
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.chaos.reconcile.store import TABLES
from tests.chaos.stand import Stand

_FILLER = "filler"
_CORRUPTED_DATA = "246"
_TIMEOUT_S = 20.0
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

    async def heal(self, stand: Stand) -> str | None:
        """See Fault."""
        if stand.disk is None:
            return None
        (stand.disk / _FILLER).unlink(missing_ok=True)
        if not await _is_corrupted(stand):
            return None
        os.kill(await stand.pid("clickhouse"), signal.SIGTERM)
        return "ClickHouse could not read a part that it had merged on the full disk (246), and was restarted"


async def _is_corrupted(stand: Stand) -> bool:
    headers = {"X-ClickHouse-User": "analyst", "X-ClickHouse-Key": stand.secret("clickhouse-analyst")}
    async with httpx.AsyncClient(trust_env=False, timeout=_TIMEOUT_S) as client:
        for table in TABLES:
            query = f"SELECT sum(ignore(*)) FROM inland.{table}"  # noqa: S608 - our own names
            answer = await client.post(stand.platform.settings.clickhouse_url, content=query, headers=headers)
            if answer.headers.get("X-ClickHouse-Exception-Code") == _CORRUPTED_DATA:
                return True
    return False


def _fill(path: Path) -> None:
    with path.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(_BLOCK)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
