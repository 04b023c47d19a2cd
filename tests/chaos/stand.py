"""The platform under chaos: its own directory and ports, restarting whatever dies, the model behind a proxy."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from infra.local import process
from infra.local.platform import Platform
from infra.local.ports import free_ports
from infra.local.settings import HOST, LocalSettings
from tests.chaos.proxy import ModelProxy

DISK_MB = 384
_PID_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Poison:
    """Where a record that nobody can read was written, and who must refuse it."""

    topic: str
    partition: int
    offset: int

    @property
    def place(self) -> str:
        """topic[partition]@offset."""
        return f"{self.topic}[{self.partition}]@{self.offset}"


@dataclass(slots=True)
class Stand:
    """What the faults work on."""

    platform: Platform
    proxy: ModelProxy
    seed: int
    disk: Path | None
    """ClickHouse's data directory where it is a small disk of its own, that can be filled."""
    poison: list[Poison] = field(default_factory=list)
    reposted: int = 0
    """Deliveries and rows that faults have written again."""

    @property
    def bootstrap(self) -> str:
        """The broker."""
        return self.platform.settings.kafka_bootstrap

    def secret(self, name: str) -> str:
        """A secret of the platform."""
        return (self.platform.layout.secrets / name).read_text(encoding="utf-8").strip()

    async def pid(self, component: str) -> int:
        """Process of a component; waits for one that is just being started again. Raises TimeoutError."""
        ends = time.monotonic() + _PID_WITHIN_S
        while True:
            pid = self.platform.status().component(component).pid
            if pid is not None and process.is_there(pid):
                return pid
            if time.monotonic() > ends:
                raise TimeoutError(f"{component} has had no process for {_PID_WITHIN_S:g} s")
            await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def stand(seed: int, logs: Path | None) -> AsyncIterator[Stand]:
    """A whole platform, healthy; stopped and deleted however the block ends, its logs copied to `logs` before."""
    ports = free_ports()
    with tempfile.TemporaryDirectory(prefix="inland-chaos-", ignore_cleanup_errors=True) as folder:
        async with ModelProxy(f"http://{HOST}:{ports['model_port']}", seed) as proxy:
            own = LocalSettings(
                state_dir=Path(folder), class_archives=False, restart_infrastructure=True, model_endpoint=proxy.url
            )
            platform = Platform(own.model_copy(update=ports))
            with small_disk(platform.layout.data_of("clickhouse")) as disk:
                try:
                    await asyncio.to_thread(platform.up)
                    yield Stand(platform, proxy, seed, disk)
                finally:
                    await asyncio.to_thread(platform.down)
                    if logs is not None:
                        shutil.copytree(platform.layout.logs, logs, dirs_exist_ok=True)


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """Mount a small disk of its own at `folder`; None where this user may not mount."""
    if os.getuid() != 0:
        yield None
        return
    options = f"size={DISK_MB}m,mode=0755"
    mounted = subprocess.run(
        ("mount", "-t", "tmpfs", "-o", options, "inland-chaos", str(folder)), capture_output=True, check=False
    )
    try:
        yield folder if mounted.returncode == 0 else None
    finally:
        if mounted.returncode == 0:
            subprocess.run(("umount", "--lazy", str(folder)), capture_output=True, check=False)
