"""More workers of one kind: they join and leave under load, by SIGTERM and by SIGKILL, one with a wrong clock."""

import asyncio
import contextlib
import os
import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from infra.local import process
from infra.local.components.stages import inland
from infra.local.settings import HOST, ROOT
from tests.chaos.stand import Stand

JOINS_WITHIN_S = 45.0
CLOCK_FOLDER = Path(__file__).parents[1] / "clock"


class ExtraWorker:
    """One `inland worker <role>` beside the platform's own."""

    def __init__(self, stand: Stand, role: str, name: str) -> None:
        """`name` is that of its log and its data directory."""
        self._role, self._name = role, name
        self._layout = stand.platform.layout
        self._environment = {**os.environ, **stand.platform.environment}
        self._process: asyncio.subprocess.Process | None = None
        self.clock = self._layout.root / f"{name}.clock"

    async def start(self, *, own_clock: bool = False) -> None:
        """Start it and wait until it answers; raises TimeoutError."""
        port = _free_port()
        told = {"INLAND_HTTP_PORT": str(port), "INLAND_DATA_DIR": str(self._layout.data_of(self._name))}
        if own_clock:
            self.set_clock(0.0)
            told |= {"INLAND_CHAOS_CLOCK": str(self.clock), "PYTHONPATH": f"{CLOCK_FOLDER}{os.pathsep}{ROOT}"}
        log = self._layout.log(self._name)
        self._process = await process.spawn(inland("worker", self._role), log, {**self._environment, **told})
        await _joined(f"http://{HOST}:{port}/health")

    def set_clock(self, seconds: float) -> None:
        """Shift its wall clock against the true time."""
        self.clock.write_text(f"{seconds}", encoding="ascii")

    async def end(self, number: signal.Signals) -> None:
        """Send the signal and wait; SIGKILL to what is not gone after a while."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), 15)
        await process.stop(self._process, 0.1)
        self._process = None


@dataclass(slots=True)
class RebalanceStorm:
    """Two more workers join one after the other; one leaves with a goodbye, the other without, twice over."""

    role: str = "redact"
    rounds: int = 2
    lasts_s: float = 0.0
    _extra: list[ExtraWorker] = field(default_factory=list, init=False)

    @property
    def name(self) -> str:
        """See Fault."""
        return f"rebalance-storm-{self.role}"

    async def strike(self, stand: Stand) -> None:
        """See Fault."""
        for _ in range(self.rounds):
            self._extra = [ExtraWorker(stand, self.role, f"storm-{self.role}-{number}") for number in range(2)]
            polite, rude = self._extra
            await polite.start()
            await rude.start()
            await asyncio.sleep(2)
            await polite.end(signal.SIGTERM)
            await rude.end(signal.SIGKILL)

    async def heal(self, stand: Stand) -> None:
        """End what is left."""
        for worker in self._extra:
            await worker.end(signal.SIGKILL)


@dataclass(slots=True)
class ClockJump:
    """A worker beside the platform's own whose wall clock jumps an hour ahead, then an hour back, while it works."""

    role: str
    lasts_s: float = 0.0
    _extra: ExtraWorker | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """See Fault."""
        return f"clock-jump-{self.role}"

    async def strike(self, stand: Stand) -> None:
        """See Fault."""
        self._extra = ExtraWorker(stand, self.role, f"clock-{self.role}")
        await self._extra.start(own_clock=True)
        for shift in (3600.0, -3600.0, 0.0):
            self._extra.set_clock(shift)
            await asyncio.sleep(5)

    async def heal(self, stand: Stand) -> None:
        """Let it leave."""
        if self._extra is not None:
            await self._extra.end(signal.SIGTERM)


async def _joined(url: str) -> None:
    """Until the worker answers 200; one that stays idle, since there are more workers than partitions, is let be."""
    ends = time.monotonic() + JOINS_WITHIN_S
    async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
        while time.monotonic() < ends:
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(url)).status_code == httpx.codes.OK:
                    return
            await asyncio.sleep(0.2)
    raise TimeoutError(f"a worker has not joined within {JOINS_WITHIN_S:g} s")


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
