"""`python tests/bench/bench_gateway.py`: the webhook gateway against a bare handler, one process each.

Both answer the same recorded deliveries, signed anew, from the same load generator over connections that stay open, in
alternating rounds; both produce with acks=all and idempotence, and answer when the broker has the record. What the
gateway does beyond: signature, JSON, identity, Avro, hash, metrics, time limits.
"""

import argparse
import asyncio
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import orjson

from infra.local.components.stages import inland
from infra.local.platform import Platform
from infra.local.ports import free_ports
from infra.local.settings import HOST
from tests.bench import harness
from tests.bench.harness import Quantiles
from tests.bench.load import Load
from topics.catalogue import catalogue
from topics.names import WOO_DELIVERIES

_BARE_TOPIC = "bench.bare-gateway"
_WARM_S = 2.0


@dataclass(slots=True)
class Side:
    """One server under test and what its rounds brought."""

    name: str
    port: int
    pid: int
    requests_per_s: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    broker_cpu_us: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    latencies_ms: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figures:
    """One side. CPU in microseconds per request; `busy` is the share of one core that the process used."""

    requests_per_s: int
    latency: Quantiles
    cpu_us: int
    broker_cpu_us: int
    busy: float


@dataclass(frozen=True, slots=True)
class Report:
    """Medians over the rounds. `cpu_ratio`: the bare handler's CPU per request by the gateway's."""

    baseline: str
    connections: int
    rounds: int
    gateway: Figures
    bare: Figures
    ratio: float
    cpu_ratio: float


@dataclass(frozen=True, slots=True)
class Rounds:
    """How the load is put on, and the broker that both write to."""

    platform: Platform
    connections: int
    seconds: float
    broker_pid: int

    def warm(self, side: Side) -> None:
        """A round that is not counted."""
        self._load(side, _WARM_S)

    def run(self, side: Side) -> None:
        """One round."""
        before, broker_before = harness.cpu_seconds(side.pid), harness.cpu_seconds(self.broker_pid)
        got = self._load(side, self.seconds)
        used = harness.cpu_seconds(side.pid) - before
        side.requests_per_s.append(got.requests / got.seconds)
        side.cpu_us.append(used / got.requests * 1e6)
        side.broker_cpu_us.append((harness.cpu_seconds(self.broker_pid) - broker_before) / got.requests * 1e6)
        side.busy.append(used / got.seconds)
        side.latencies_ms += got.latencies_ms

    def _load(self, side: Side, seconds: float) -> Load:
        secret = self.platform.layout.secrets / "webhook-demo"
        where = ("--port", str(side.port), "--path", "/webhooks/demo", "--secret-file", str(secret))
        how = ("--connections", str(self.connections), "--seconds", str(seconds))
        done = subprocess.run(
            harness.module("tests.bench.load", *where, *how), capture_output=True, text=True, timeout=120, check=False
        )
        if done.returncode:
            raise harness.BenchError(f"the load on {side.name} failed: {done.stderr[-1000:]}")
        return Load(**orjson.loads(done.stdout))


def figures(side: Side) -> Figures:
    """A side's medians."""
    return Figures(
        round(median(side.requests_per_s)),
        harness.quantiles_of(side.latencies_ms),
        round(median(side.cpu_us)),
        round(median(side.broker_cpu_us)),
        round(median(side.busy), 2),
    )


def measure(platform: Platform, connections: int, seconds: float, rounds: int, profile: Path | None) -> Report:
    """Start both servers, alternate, and compare."""
    harness.infrastructure(platform)
    partitions = catalogue()[WOO_DELIVERIES].spec.partitions
    bootstrap = platform.settings.kafka_bootstrap
    asyncio.run(harness.create_topics(bootstrap, [_BARE_TOPIC], partitions))
    ports = free_ports()
    own, bare = ports["gateway_port"], ports["sink_port"]
    given = harness.environment(platform, INLAND_HTTP_PORT=str(own))
    command = inland("gateway") if profile is None else profiled(profile)
    bare_command = harness.module("tests.bench.bare_gateway", str(bare), bootstrap, _BARE_TOPIC)
    logs = platform.layout.log("bench-gateway"), platform.layout.log("bench-bare")
    with harness.process(command, given, logs[0]) as ours, harness.process(bare_command, given, logs[1]) as other:
        sides = Side("gateway", own, ours.pid), Side("bare handler", bare, other.pid)
        for side, child, log in zip(sides, (ours, other), logs, strict=True):
            harness.await_health(f"http://{HOST}:{side.port}/health", child, log)
        how = Rounds(platform, connections, seconds, harness.pid_of(platform, "kafka"))
        for side in sides:
            how.warm(side)
        for _ in range(rounds):
            for side in sides:
                how.run(side)
    ratio = harness.ratio(sides[0].requests_per_s, sides[1].requests_per_s)
    cpu_ratio = harness.ratio(sides[1].cpu_us, sides[0].cpu_us)
    told = "aiohttp handler that produces the body with the same acks"
    return Report(told, connections, rounds, figures(sides[0]), figures(sides[1]), ratio, cpu_ratio)


def profiled(target: Path) -> tuple[str, ...]:
    """The gateway under cProfile, which writes to `target` when the gateway ends."""
    return harness.module("cProfile", "-o", str(target), "-m", "streams.cli", "gateway")


def show(report: Report) -> None:
    """Print the table."""
    rows = [
        (name, one.requests_per_s, one.latency.p50_ms, one.latency.p99_ms, one.cpu_us, one.broker_cpu_us, one.busy)
        for name, one in (("gateway", report.gateway), ("bare handler", report.bare))
    ]
    title = f"{report.connections} connections, {report.rounds} rounds each, alternating"
    columns = ("", "requests/s", "p50 ms", "p99 ms", "CPU µs/request", "broker µs/request", "cores busy")
    harness.table(title, columns, rows)
    harness.console.print(f"gateway : bare = {report.ratio} in requests/s, {report.cpu_ratio} in CPU")


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=5.0, help="of one round")
    parser.add_argument("--rounds", type=int, default=5, help="of each server")
    parser.add_argument("--profile", type=Path, help="run the gateway under cProfile, which writes here")
    given = parser.parse_args()
    with harness.own_platform() as platform:
        report = measure(platform, given.connections, given.seconds, given.rounds, given.profile)
    show(report)
    harness.tell("gateway", report)


if __name__ == "__main__":
    harness.run_bench(main)
