"""What an event costs when several workers share the partitions: CPU of all of them, per event."""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from infra.local.platform import Platform
from infra.local.ports import free_ports
from infra.local.settings import HOST
from tests.bench import harness

PARTITIONS = 4
_PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Shared:
    """`workers` processes together: events a second, and CPU of all of them in microseconds per event."""

    workers: int
    events_per_s: int
    cpu_us: float


def share(platform: Platform, source: str, records: int, workers: int) -> Shared:
    """Have so many workers forward the records of `source`, which has PARTITIONS partitions."""
    target = f"bench.shared.{workers}"
    asyncio.run(harness.create_topics(platform.settings.kafka_bootstrap, [target], PARTITIONS))
    gate = platform.layout.run / f"gate-{workers}"
    with contextlib.ExitStack() as stack:
        pids = []
        for number in range(workers):
            port = free_ports()["redact_port"]
            data = platform.layout.data_of(f"bench-{workers}-{number}")
            own = {"INLAND_DATA_DIR": str(data), "INLAND_HTTP_PORT": str(port), "INLAND_DRAIN_TIMEOUT_S": "1"}
            given = harness.environment(platform, **own)
            command = harness.module("tests.bench.gated_worker", source, target, str(gate))
            log = platform.layout.log(f"bench-shared-{number}")
            child = stack.enter_context(harness.process(command, given, log))
            # One after the other: each join ends a rebalance before the next begins.
            harness.await_health(f"http://{HOST}:{port}/health", child, log)
            pids.append(child.pid)
        before = sum(harness.cpu_seconds(pid) for pid in pids)
        began = time.perf_counter()
        gate.touch()
        asyncio.run(_until_written(platform.settings.kafka_bootstrap, target, records))
        seconds = time.perf_counter() - began
        cpu = sum(harness.cpu_seconds(pid) for pid in pids) - before
    return Shared(workers, round(records / seconds), round(cpu / records * 1e6, 1))


async def _until_written(bootstrap: str, topic: str, records: int) -> None:
    ends = time.monotonic() + _PATIENCE_S
    partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
        while sum((await consumer.end_offsets(partitions)).values()) < records:
            if time.monotonic() > ends:
                raise harness.BenchError(f"{topic} does not fill up: see the logs of the workers")
            await asyncio.sleep(0.05)


def profile_of(path: Path, lines: int = 12) -> list[tuple[str, float]]:
    """The functions of a profile with most time of their own: name, and share of the whole in percent."""
    import pstats  # noqa: PLC0415 - for those who ask for a profile

    stats = pstats.Stats(str(path))
    entries = stats.stats  # type: ignore[attr-defined]  # what every reader of profiles uses
    whole = sum(entry[2] for entry in entries.values())
    ranked = sorted(entries.items(), key=lambda item: -item[1][2])[:lines]
    return [(f"{Path(file).stem}.{name}", round(entry[2] / whole * 100, 1)) for (file, _, name), entry in ranked]
