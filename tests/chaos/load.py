"""Steady load: the generated shop, patient with a database that dies, in this process."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.settings import HOST
from infra.local.shop.database import DatabaseSettings
from infra.local.shop.plan import shop_plan
from infra.local.shop.run import RunSettings, Summary, run
from tests.chaos.leak import leak
from tests.chaos.stand import Stand

SHOP = "demo"
PATIENCE_S = 180.0
OVERTIME_S = 300.0


@dataclass(slots=True)
class Load:
    """Orders at a rate. Use `start`, then `close`."""

    stand: Stand
    rate: float
    """Orders a second."""
    lasts_s: float
    """How long the shop is open, unless what is going on then takes a little longer."""
    done: int = field(default=0, init=False)
    _closing: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _task: asyncio.Task[Summary] | None = field(default=None, init=False)
    _began: float = field(default=0.0, init=False)

    @property
    def ledger(self) -> Path:
        """What the shop says that it did."""
        return self.stand.platform.layout.root / "ledger.jsonl"

    @property
    def database(self) -> DatabaseSettings:
        """The shop's database."""
        platform = self.stand.platform
        return DatabaseSettings(
            HOST, platform.settings.mariadb_port, "shop", platform.layout.secrets / "mariadb-shop", "shop"
        )

    @property
    def remaining_s(self) -> float:
        """Seconds of load that are left."""
        return max(0.0, self._began + self.lasts_s - time.monotonic())

    def start(self) -> None:
        """Open the shop."""
        url = f"{self.stand.platform.settings.gateway_url}/webhooks/{SHOP}"
        settings = RunSettings(
            self.database, url, self.stand.secret("webhook-demo"), self.rate, 0.0, self.ledger, PATIENCE_S
        )
        orders = round(self.rate * (self.lasts_s + OVERTIME_S))
        # A review and a note an order: there is always something that the model must read.
        plan = shop_plan(orders, self.stand.seed, reviews=orders, notes=orders)
        leak(self.database, self.ledger, self.stand.seed)
        self._began = time.monotonic()
        self._task = asyncio.create_task(run(plan, settings, self._progress, self._closing))

    def check(self) -> None:
        """Raise what ended the shop before its time."""
        if self._task is not None and self._task.done():
            self._task.result()

    async def close(self) -> None:
        """Let no further order come, and wait until the last has ended."""
        self._closing.set()
        if self._task is not None:
            await self._task

    async def abandon(self) -> None:
        """After an error: end at once."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task})

    def _progress(self, done: int) -> None:
        self.done = done
