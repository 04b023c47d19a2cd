"""What the benchmarks share: a platform of their own, child processes, quantiles, and how figures are told."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

import httpx
import orjson
import psutil
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from rich.console import Console
from rich.table import Table

from infra.local.components.stages import inland
from infra.local.files import last_lines
from infra.local.platform import Platform, PlatformError
from infra.local.ports import free_ports
from infra.local.settings import ROOT, LocalSettings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

console = Console(width=110)
_STOP_S = 15.0


class BenchError(RuntimeError):
    """A benchmark could not measure; the text says what was in the way."""


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Milliseconds."""

    p50_ms: float
    p95_ms: float
    p99_ms: float


def quantiles_of(milliseconds: Sequence[float]) -> Quantiles:
    """Quantiles of at least two values, by linear interpolation."""
    cut = quantiles(milliseconds, n=100, method="inclusive")
    return Quantiles(round(cut[49], 2), round(cut[94], 2), round(cut[98], 2))


def ratio(ours: Sequence[float], baseline: Sequence[float]) -> float:
    """Median of the ratios of neighbouring rounds: what else runs on the machine weighs on both of a pair."""
    return round(median(one / other for one, other in zip(ours, baseline, strict=True)), 3)


@contextlib.contextmanager
def own_platform(*, class_archives: bool = False) -> Iterator[Platform]:
    """A platform in a temporary directory on free ports, not started yet; stopped however the block ends."""
    with tempfile.TemporaryDirectory(prefix="inland-bench-", ignore_cleanup_errors=True) as folder:
        own = LocalSettings(state_dir=Path(folder), class_archives=class_archives)
        platform = Platform(own.model_copy(update=free_ports()))
        try:
            yield platform
        finally:
            platform.down()


def infrastructure(platform: Platform) -> None:
    """Start all but Inland's stages, then make topics, schemas and tables."""
    console.print("starting the infrastructure …", style="dim")
    platform.up(platform_only=True)
    made = subprocess.run(
        inland("apply"), env=environment(platform), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    if made.returncode:
        raise BenchError(f"`inland apply` failed: {made.stderr[-1000:]}")


def environment(platform: Platform, **more: str) -> dict[str, str]:
    """The environment of a child process that is a client of the platform."""
    return {**os.environ, **platform.environment, **more}


async def create_topics(bootstrap: str, names: Sequence[str], partitions: int) -> None:
    """Create topics that are not there yet."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, partitions, 1) for name in names])
    finally:
        await admin.close()


@contextlib.contextmanager
def process(command: Sequence[str], given: Mapping[str, str], log: Path) -> Iterator["subprocess.Popen[str]"]:
    """A child process with its standard output piped and its errors in `log`; ended with the block."""
    with log.open("ab") as errors:
        child = subprocess.Popen(
            command,
            env=dict(given),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout:
            child.stdout.close()


def module(name: str, *arguments: str) -> tuple[str, ...]:
    """The command line of a module of this project in this Python."""
    return (sys.executable, "-m", name, *arguments)


def result_of(child: "subprocess.Popen[str]", log: Path) -> str:
    """The JSON object that a child prints on one line; BenchError with the end of its log when it ends without one."""
    for line in child.stdout or ():
        _, brace, rest = line.partition("{")  # Faust shows the cursor again before anything else is printed
        if brace:
            return brace + rest
    raise BenchError("\n".join(["a measured process ended without a result", *last_lines(log)]))


def await_health(url: str, child: "subprocess.Popen[str]", log: Path, within_s: float = 60.0) -> None:
    """Return when GET `url` answers 200; BenchError when it does not in time, or the process ends."""
    ends = time.monotonic() + within_s
    while child.poll() is None and time.monotonic() < ends:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, trust_env=False, timeout=2).status_code == httpx.codes.OK:
                return
        time.sleep(0.05)
    raise BenchError("\n".join([f"{url} does not answer 200", *last_lines(log)]))


def cpu_seconds(pid: int) -> float:
    """User and system time that a process has used so far."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def pid_of(platform: Platform, component: str) -> int:
    """Process of a running component."""
    pid = platform.status().component(component).pid
    if pid is None:
        raise BenchError(f"{component} does not run: see {platform.layout.log(component)}")
    return pid


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; the first column is text, the others are figures."""
    shown = Table(box=None, pad_edge=False, header_style="dim")
    for number, name in enumerate(columns):
        shown.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in rows:
        shown.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(title, style="bold")
    console.print(shown)


def tell(area: str, figures: "DataclassInstance") -> None:
    """Print the figures as the last line: one JSON object."""
    print(orjson.dumps({"area": area, "cores": os.cpu_count(), **asdict(figures)}).decode(), flush=True)


def run_bench(measure: Callable[[], None]) -> None:
    """Run a benchmark so that SIGTERM and Ctrl-C end it as an error does: with everything stopped again."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        measure()
    except KeyboardInterrupt:
        sys.exit(130)
    except (BenchError, PlatformError) as error:
        sys.exit(str(error))
