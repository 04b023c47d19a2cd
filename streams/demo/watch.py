"""Watches the line until everything told has landed, or nothing moves any more."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from streams.demo.landed import Check, checks
from streams.demo.offsets import Offsets
from streams.demo.stations import Counts, Station, count, is_still, stations, unlanded
from streams.demo.told import Told

_PAUSE_S = 1.0

Show = Callable[[list[Station]], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the day ended."""

    checks: list[Check]
    counts: Counts
    refused: int
    """Dead letters since the demonstration began."""
    seconds: float
    """From the end of the shop's day until all was still."""

    @property
    def proven(self) -> bool:
        """Whether every count agrees and nothing was refused."""
        return all(check.agrees for check in self.checks) and not self.refused


@dataclass(frozen=True, slots=True)
class Line:
    """The line under watch: whom to ask, what it was at the beginning, whom to show it."""

    offsets: Offsets
    client: Client
    begin: Counts
    show: Show

    async def watch(self, until: asyncio.Event) -> None:
        """Show the stations once a second until told to stop."""
        while not until.is_set():
            self.show(stations(await count(self.offsets, self.client), self.begin))
            try:
                async with asyncio.timeout(_PAUSE_S):
                    await until.wait()
            except TimeoutError:
                continue

    async def settle(self, told: Told, patience_s: float) -> Outcome:
        """Wait until all agrees; give up when nothing has moved for `patience_s` seconds."""
        started = moved = time.monotonic()
        before: Counts | None = None
        while True:
            now = await count(self.offsets, self.client)
            picture = stations(now, self.begin)
            self.show(picture)
            if now != before:
                before, moved = now, time.monotonic()
            patient = time.monotonic() - moved <= patience_s
            # Nothing can agree before all is still, and the questions are not cheap.
            if is_still(now) or not patient:
                found = [*checks(self.client, told), _every_record(now)]
                if all(check.agrees for check in found) or not patient:
                    return Outcome(found, now, picture[-1].done, time.monotonic() - started)
            await asyncio.sleep(_PAUSE_S)


def _every_record(now: Counts) -> Check:
    """Every record of the redacted and audit topics is a row, or repeats one, whoever wrote it and when."""
    missing = unlanded(now)
    landed = sum(now.landed.values())
    return Check(
        "records of the redacted and audit topics",
        landed + sum(missing.values()),
        landed,
        tuple(f"{topic}: {records}" for topic, records in sorted(missing.items())),
    )
