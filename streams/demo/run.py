"""The demonstration from beginning to end."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from clickhouse_connect.driver.client import Client

from infra.local.platform import Platform as LocalPlatform
from infra.local.settings import HOST
from streams.audit.summary import read_summary
from streams.clickhouse import Login, connected
from streams.clock import now
from streams.demo import report
from streams.demo.arrivals import Arrivals, arrivals, recognised
from streams.demo.day import DEMO_SHOP, Day, play, play_recorded, told
from streams.demo.examples import pairs, search
from streams.demo.landed import redacted_texts
from streams.demo.offsets import Offsets
from streams.demo.stations import Station, count
from streams.demo.watch import Line, Outcome

PATIENCE_S = 180.0

Show = Callable[[Sequence[Station], str], None]


@dataclass(slots=True)
class Demo:
    """A running platform, a shop's day, and whom to show how it goes."""

    platform: LocalPlatform
    day: Day
    show: Show
    _done: int = field(default=0, init=False)

    async def run(self, start_s: float | None) -> report.Report:
        """Play the day, wait until it has landed, say what came of it. `start_s`: what the platform's start took."""
        with connected(self._login()) as client:
            async with Offsets(self.platform.settings.kafka_bootstrap) as offsets:
                began, before = now(), await recognised(self._redact_url)
                line = Line(offsets, client, await count(offsets, client), self._show)
                await self._play(line)
                outcome = await line.settle(told(self.day), PATIENCE_S)
                came = arrivals(client, began, before, await recognised(self._redact_url))
                return self._report(client, outcome, came, start_s, began)

    async def _play(self, line: Line) -> None:
        over = asyncio.Event()
        watching = asyncio.create_task(line.watch(over))
        try:
            await play(self.platform, self.day, self._progress)
            await play_recorded(self.platform)
        finally:
            over.set()
            await watching

    def _progress(self, done: int) -> None:
        # Checkouts that were never completed end as well.
        self._done = min(done, self.day.orders)

    def _show(self, stations: Sequence[Station]) -> None:
        self.show(stations, f"{self._done} of {self.day.orders}")

    def _report(
        self, client: Client, outcome: Outcome, came: Sequence[Arrivals], start_s: float | None, began: datetime
    ) -> report.Report:
        texts = told(self.day).texts
        landed = redacted_texts(client, DEMO_SHOP)
        return report.Report(
            outcome=outcome,
            summary=read_summary(client, since=began),
            pairs=pairs(texts, landed),
            search=search(texts, landed),
            arrivals=came,
            platform=report.Platform(
                start_s=start_s,
                memory_mb=self.platform.status().rss_bytes / 1_048_576,
                clickhouse_url=self.platform.settings.clickhouse_url,
                password_file=str(self._password_file),
            ),
        )

    @property
    def _redact_url(self) -> str:
        return f"http://{HOST}:{self.platform.settings.redact_port}"

    @property
    def _password_file(self) -> str:
        return str(self.platform.layout.secrets / "clickhouse-analyst")

    def _login(self) -> Login:
        # As an analyst would: the demonstration sees what analysts may see.
        password = (self.platform.layout.secrets / "clickhouse-analyst").read_text(encoding="utf-8").strip()
        return Login(HOST, self.platform.settings.clickhouse_port, "analyst", password, "inland")
