"""`python tests/bench/bench_platform.py`: what the local platform costs, and how soon an event can be asked about.

Starts the whole platform twice in a directory of its own, the second time warm (its data are there, its JVMs know their
classes), plays a shop's orders through every station, and reads from ClickHouse when each row became visible. The
baselines are of the same run: the first start, and the memory before any order.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from infra.local.platform import Platform
from infra.local.secrets import secret
from infra.local.settings import HOST
from infra.local.status import PlatformStatus
from streams.clickhouse import Login, connected
from streams.demo.day import Day
from streams.demo.run import Demo
from streams.demo.stations import Station
from tests.bench import harness
from tests.bench.harness import Quantiles

# Row changes are left out: MariaDB's binlog tells whole seconds, so that theirs is no time to measure from.
_HOPS = {
    "received to visible": "captured_to_visible_us",
    "received to redacted": "captured_to_redacted_us",
    "redacted to landed": "redacted_to_landed_us",
    "landed to visible": "landed_to_visible_us",
}
_MIB = 1_048_576


@dataclass(frozen=True, slots=True)
class Part:
    """One process: seconds until it was healthy, resident memory in MiB before and after the orders."""

    name: str
    first_s: float | None
    warm_s: float | None
    started_mib: int
    after_mib: int


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB of all processes: resident, which counts shared pages in each, and proportional, which shares them out."""

    resident_mib: int
    proportional_mib: int


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop of webhook events without a model call."""

    name: str
    events: int
    time: Quantiles


@dataclass(frozen=True, slots=True)
class Report:
    """`warm_to_first` and `after_to_started` are the ratios."""

    first_start_s: float
    warm_start_s: float
    warm_to_first: float
    stop_s: float
    started: Memory
    after: Memory
    after_to_started: float
    orders: int
    orders_per_s: float
    proven: bool
    settle_s: float
    parts: tuple[Part, ...]
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The platform's status and memory at one moment."""

    status: PlatformStatus
    memory: Memory
    resident: dict[str, int]


def start(platform: Platform) -> float:
    """Seconds until everything is healthy, as a person waits for it."""
    began = time.monotonic()
    platform.up()
    return time.monotonic() - began


def snapshot(platform: Platform) -> Snapshot:
    """Status and memory now."""
    status = platform.status()
    pids = [status.supervisor_pid, *(part.pid for part in status.components)]
    proportional = sum(psutil.Process(pid).memory_full_info().pss for pid in pids if pid)
    resident = {part.name: part.rss_bytes // _MIB for part in status.components}
    resident["supervisor"] = status.rss_bytes // _MIB - sum(resident.values())
    return Snapshot(status, Memory(status.rss_bytes // _MIB, proportional // _MIB), resident)


def hops(platform: Platform) -> tuple[Hop, ...]:
    """Quantiles of every hop, from ClickHouse's own record of each event."""
    login = Login(
        HOST, platform.settings.clickhouse_port, "analyst", secret(platform.layout, "clickhouse-analyst"), "inland"
    )
    with connected(login) as client:
        rows: Sequence[Sequence[int]] = client.query(
            f"SELECT {', '.join(_HOPS.values())} FROM event_latency "  # noqa: S608 - constants
            "WHERE route = 'webhook' AND NOT has_model_call AND visible_at IS NOT NULL"
        ).result_rows
    if len(rows) < 2:
        raise harness.BenchError("fewer than two webhook events have landed: play more orders")
    columns = zip(_HOPS, zip(*rows, strict=True), strict=True)
    return tuple(Hop(name, len(rows), harness.quantiles_of([us / 1000 for us in column])) for name, column in columns)


def parts(first: PlatformStatus, started: Snapshot, after: Snapshot) -> tuple[Part, ...]:
    """Every process of the platform, those that ran once included."""
    return tuple(
        Part(
            name,
            rounded(first, name),
            rounded(started.status, name),
            started.resident.get(name, 0),
            after.resident.get(name, 0),
        )
        for name in ("supervisor", *(part.name for part in started.status.components))
    )


def rounded(status: PlatformStatus, name: str) -> float | None:
    """Seconds of one component's start; None for the supervisor."""
    seconds = {part.name: part.seconds for part in status.components}.get(name)
    return None if seconds is None else round(seconds, 1)


def quiet(_stations: Sequence[Station], _orders: str) -> None:
    """Show nothing: the terminal must not cost what is measured."""


def measure(platform: Platform, orders: int, rate: float) -> Report:
    """First start, warm start, orders, figures."""
    say = harness.console.print
    say("first start …", style="dim")
    first_s = start(platform)
    first = platform.status()
    began = time.monotonic()
    platform.down()
    stop_s = time.monotonic() - began
    say("warm start …", style="dim")
    warm_s = start(platform)
    started = snapshot(platform)
    say(f"{orders} orders at {rate:g}/s …", style="dim")
    ledger: Path = platform.layout.run / "bench-ledger.jsonl"
    told = asyncio.run(Demo(platform, Day(orders, rate, 7, ledger), quiet).run(None))
    after = snapshot(platform)
    return Report(
        first_start_s=round(first_s, 1),
        warm_start_s=round(warm_s, 1),
        warm_to_first=round(warm_s / first_s, 2),
        stop_s=round(stop_s, 1),
        started=started.memory,
        after=after.memory,
        after_to_started=round(after.memory.resident_mib / started.memory.resident_mib, 2),
        orders=orders,
        orders_per_s=rate,
        proven=told.outcome.proven,
        settle_s=round(told.outcome.seconds, 1),
        parts=parts(first, started, after),
        hops=hops(platform),
    )


def show(report: Report) -> None:
    """Print the tables."""
    rows = [(one.name, one.first_s, one.warm_s, one.started_mib or "", one.after_mib or "") for one in report.parts]
    every = ("all", report.first_start_s, report.warm_start_s, report.started.resident_mib, report.after.resident_mib)
    shared = ("shared pages once", "", "", report.started.proportional_mib, report.after.proportional_mib)
    columns = ("", "first start s", "warm start s", "MiB started", f"MiB after {report.orders} orders")
    harness.table("Start and memory", columns, [*rows, every, shared])
    times = [(hop.name, hop.events, hop.time.p50_ms, hop.time.p95_ms, hop.time.p99_ms) for hop in report.hops]
    harness.table("Webhook events without a model call", ("", "events", "p50 ms", "p95 ms", "p99 ms"), times)
    harness.console.print(
        f"warm : first start = {report.warm_to_first}, memory after : before = {report.after_to_started}; "
        f"stopped in {report.stop_s} s; all landed {report.settle_s} s after the last order"
    )


def main() -> None:
    """Read the command line, measure, print. Exit status 1 when not everything told has landed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100)
    parser.add_argument("--rate", type=float, default=5.0, help="orders a second")
    given = parser.parse_args()
    with harness.own_platform(class_archives=True) as platform:
        report = measure(platform, given.orders, given.rate)
    show(report)
    harness.tell("platform", report)
    if not report.proven:
        raise harness.BenchError("not everything told has landed: the figures are of an incomplete run")


if __name__ == "__main__":
    harness.run_bench(main)
