"""`python tests/bench/bench_delivery.py`: the stage loop against Faust's own way and against aiokafka alone.

Each reads the same records of one real topic and writes them to another with acks=all, in a process of its own, one
after the other, in rounds of changing order. The stage loop gives what the other two do not: nothing is acknowledged
before its outputs are confirmed (Faust's `take` acknowledges even what failed), refused records become dead letters,
every message has a deadline, full partitions are paused, and partitions may come and go. Then one, two and four workers
share a topic: what an event costs must not grow with them. Last, one round under a profiler, which slows it down: its
shares are of time on the main thread.
"""

import argparse
import asyncio
from dataclasses import dataclass, field
from random import Random
from statistics import median

import orjson
from aiokafka import AIOKafkaProducer

from infra.local.platform import Platform
from infra.local.ports import free_ports
from tests.bench import harness, scale
from tests.bench.forwarders import WAYS, Forwarded, Way
from tests.bench.scale import Shared
from tests.fixtures.samples import deliveries

SOURCE, _SHARED = "bench.source", "bench.shared"
TAKE_SHARE = 4
_TITLES: dict[Way, str] = {
    "stage": "stage loop in a Faust worker",
    "take": "Faust take + Topic.send",
    "bare": "aiokafka getmany/send/gather/commit",
}


@dataclass(slots=True)
class Rounds:
    """What the rounds of one way brought."""

    events_per_s: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    batch: int = 0

    def add(self, found: Forwarded, records: int) -> None:
        """Take one round in."""
        self.events_per_s.append(records / found.seconds)
        self.cpu_us.append(found.cpu_seconds / records * 1e6)
        self.batch = found.batch


@dataclass(frozen=True, slots=True)
class Figures:
    """One way: medians over its rounds; CPU of its process in microseconds per event."""

    events_per_s: int
    cpu_us: float
    batch: int


@dataclass(frozen=True, slots=True)
class Report:
    """Ratios are of events a second."""

    records: int
    record_bytes: int
    partitions: int
    rounds: int
    stage: Figures
    faust_take: Figures
    bare_aiokafka: Figures
    stage_to_take: float
    stage_to_bare: float
    overhead_us: float
    """CPU of the stage loop beyond the bare loop's, microseconds per event; negative when it needs less."""
    shared: tuple[Shared, ...]
    profile: tuple[tuple[str, float], ...]
    """Functions with most time of their own, and their share in percent."""


async def fill(  # noqa: PLR0917
    bootstrap: str, source: str, records: int, size: int, partitions: int, targets: list[str]
) -> None:
    """Make the topics, and write pieces of recorded deliveries into the source, evenly spread."""
    await harness.create_topics(bootstrap, [source, *targets], partitions)
    text = b"".join(one.body for one in deliveries() if one.topic)
    rng = Random(7)
    starts = [rng.randrange(len(text) - size) for _ in range(records)]
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, linger_ms=5, compression_type="lz4") as producer:
        sent = [
            await producer.send(source, text[start : start + size], key=b"%d" % number, partition=number % partitions)
            for number, start in enumerate(starts)
        ]
        await asyncio.gather(*sent)


def forward(platform: Platform, way: Way, number: int, records: int, **more: str) -> Forwarded:
    """Run one way once, as a consumer group that has read nothing yet; `more`: environment."""
    data, port = platform.layout.data_of("bench"), free_ports()["redact_port"]
    given = harness.environment(platform, INLAND_DATA_DIR=str(data), INLAND_HTTP_PORT=str(port), **more)
    command = harness.module("tests.bench.forwarders", way, SOURCE, target(way, number), str(records))
    log = platform.layout.log(f"bench-{way}")
    with harness.process(command, given, log) as child:
        return Forwarded(**orjson.loads(harness.result_of(child, log)))


def target(way: Way, number: int) -> str:
    """Topic that one run writes to."""
    return f"bench.{way}.{number}"


def measure(platform: Platform, records: int, size: int, partitions: int, rounds: int) -> Report:
    """Fill the source, run every way in every round, compare."""
    harness.infrastructure(platform)
    targets = [target(way, number) for way in WAYS for number in range(rounds + 1)]
    bootstrap = platform.settings.kafka_bootstrap
    asyncio.run(fill(bootstrap, SOURCE, records, size, partitions, targets))
    asyncio.run(fill(bootstrap, _SHARED, records, size, scale.PARTITIONS, []))
    found = {way: Rounds() for way in WAYS}
    for number in range(rounds):
        for way in tuple(WAYS)[:: -1 if number % 2 else 1]:
            # Faust's own way takes long: its rate is as plain from fewer records.
            some = records // TAKE_SHARE if way == "take" else records
            found[way].add(forward(platform, way, number, some), some)
    stage, bare = found["stage"], found["bare"]
    shared = tuple(scale.share(platform, _SHARED, records, workers) for workers in (1, 2, 4))
    path = platform.layout.run / "profile"
    forward(platform, "stage", rounds, records, PROFILE=str(path))
    return Report(
        records=records,
        record_bytes=size,
        partitions=partitions,
        rounds=rounds,
        stage=figures(stage),
        faust_take=figures(found["take"]),
        bare_aiokafka=figures(bare),
        stage_to_take=harness.ratio(stage.events_per_s, found["take"].events_per_s),
        stage_to_bare=harness.ratio(stage.events_per_s, bare.events_per_s),
        overhead_us=round(median(stage.cpu_us) - median(bare.cpu_us), 1),
        shared=shared,
        profile=tuple(scale.profile_of(path)),
    )


def figures(rounds: Rounds) -> Figures:
    """Medians of one way."""
    return Figures(round(median(rounds.events_per_s)), round(median(rounds.cpu_us), 1), rounds.batch)


def show(report: Report) -> None:
    """Print the table."""
    each: tuple[tuple[Way, Figures], ...] = (
        ("stage", report.stage),
        ("take", report.faust_take),
        ("bare", report.bare_aiokafka),
    )
    rows = [(_TITLES[way], one.events_per_s, one.cpu_us, one.batch) for way, one in each]
    title = f"{report.records} x {report.record_bytes} bytes, {report.partitions} partitions, acks=all"
    harness.table(title, ("", "events/s", "CPU µs/event", "most in a batch"), rows)
    harness.console.print(
        f"stage : take = {report.stage_to_take}, stage : bare aiokafka = {report.stage_to_bare}, "
        f"{report.overhead_us} µs CPU an event beyond the bare loop"
    )
    shared = [(f"{one.workers} workers", one.events_per_s, one.cpu_us) for one in report.shared]
    harness.table(f"{scale.PARTITIONS} partitions shared", ("", "events/s", "CPU µs/event"), shared)
    harness.table("where the time goes", ("", "%"), report.profile)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--bytes", type=int, default=1024, help="of one record")
    parser.add_argument("--partitions", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with harness.own_platform() as platform:
        report = measure(platform, given.records, given.bytes, given.partitions, given.rounds)
    show(report)
    harness.tell("delivery", report)


if __name__ == "__main__":
    harness.run_bench(main)
