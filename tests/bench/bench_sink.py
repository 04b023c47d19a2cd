"""Rows a second through the sink, against a bare loop without any guarantee.

Both read the same records of a real broker, decode and map them with the same code, and insert into the same real
engine. The bare loop commits nothing, names no token, asks for no identity, and keeps no ledger. The table may hold
rows before (`--held`): what a lookup among them costs is told too. It starts a broker and an engine of its own.
"""

import argparse
import asyncio
import json
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import clickhouse_connect
from aiokafka import AIOKafkaConsumer, TopicPartition

from infra.clickhouse.migrate import migrate
from infra.local.settings import HOST
from streams.audit import metrics
from streams.audit.batch import BatchLimits
from streams.audit.landed import given, question
from streams.audit.place import Partition
from streams.audit.reading import read
from streams.audit.rows import block
from streams.audit.settings import SinkSettings
from streams.audit.sink import run_sink
from streams.audit.tables import COMMERCE_EVENTS
from streams.clock import now
from streams.delivery.message import Message
from tests.bench.harness import own_platform
from tests.platform.audit_stand import DATABASE, USER, Engine, Stand, eventually
from tests.platform.sink_process import offline_codec
from tests.unit.audit import samples

CODEC = offline_codec()
EVENTS = "events"
PARTITIONS = (0, 1)
_FILL_ROWS = 500_000
_FILL = """
INSERT INTO commerce_events (_topic, _partition, _offset, event_id, region, captured_at, redacted_at, landed_at)
SELECT 'held', 0, number, lower(hex(MD5(toString(number)))), 'eu', now(), now(), now()
FROM numbers({first:UInt64}, {rows:UInt64})
"""
_MERGES = "SELECT count() FROM system.merges"


@dataclass(frozen=True, slots=True)
class Lookup:
    """What one question among the rows held costs."""

    ids: int
    best_ms: float
    read_rows: int


@dataclass(slots=True)
class Measure:
    """One run of each way, on the same records."""

    stand: Stand
    records: int
    rows: int
    held: int = 0
    sink_s: float = field(default=0.0)
    bare_s: float = field(default=0.0)
    cpu_us: dict[str, float] = field(default_factory=dict)
    """Microseconds of CPU a row, of either process: what else runs on the machine weighs less on these."""
    lookup_s: float = field(default=0.0)
    """Seconds that lanes waited for lookups, of all lanes together."""
    lookups: list[Lookup] = field(default_factory=list)

    def hold(self) -> None:
        """Let the table hold rows of another topic, under ids as a stage derives them."""
        client = self.stand.engine.client()
        for first in range(0, self.held, _FILL_ROWS):
            client.command(_FILL, parameters={"first": first, "rows": min(_FILL_ROWS, self.held - first)})
        # Merging them is not the sink's work.
        eventually("nothing is merged", lambda: client.query(_MERGES).result_rows == [(0,)], 300.0)

    def lookup(self, ids: int) -> Lookup:
        """One question for new ids, as a lane asks it; the best of three, in milliseconds."""
        names = [(f"{number:032x}",) for number in range(ids)]
        took: list[float] = []
        client = self.stand.engine.client()
        types = [kind for _, kind, *_ in client.query(f"DESCRIBE TABLE {COMMERCE_EVENTS.name}").result_rows]
        for _ in range(3):
            asked = given(COMMERCE_EVENTS, types, names)
            began = time.perf_counter()
            answer = client.query(question(COMMERCE_EVENTS), external_data=asked)
            took.append(time.perf_counter() - began)
        return Lookup(ids, round(min(took) * 1000, 1), int(str(answer.summary["read_rows"])))

    async def bare(self) -> None:
        """getmany, decode, map, insert; nothing else."""
        client = await clickhouse_connect.get_async_client(
            host=HOST,
            port=self.stand.engine.port,
            username=USER,
            password=self.stand.engine.password,
            database=DATABASE,
            compress=False,
        )
        consumer = AIOKafkaConsumer(bootstrap_servers=self.stand.bootstrap, enable_auto_commit=False)
        await consumer.start()
        consumer.assign([TopicPartition(self.stand.name(EVENTS), number) for number in PARTITIONS])
        await consumer.seek_to_beginning()
        left = self.records
        began = time.perf_counter()
        while left:
            for tp, some in (await consumer.getmany(timeout_ms=1000, max_records=self.rows)).items():
                await client.insert(
                    COMMERCE_EVENTS.name,
                    self._columns(tp, some),
                    column_names=COMMERCE_EVENTS.column_names,
                    column_oriented=True,
                )
                left -= len(some)
        self.bare_s = time.perf_counter() - began
        await consumer.stop()
        await client.close()

    @staticmethod
    def _columns(tp: Any, some: Any) -> list[Any]:
        partition = Partition(tp.topic, tp.partition)
        found = read([Message.of(record) for record in some], partition, "commerce_event", CODEC)
        return list(block(COMMERCE_EVENTS, found.rows, now()).columns)

    async def sink(self) -> None:
        """The sink itself, from knowing where to read on to the last row visible and committed."""
        ready, stop = asyncio.Event(), asyncio.Event()
        engine = self.stand.engine
        settings = SinkSettings(
            self.stand.bootstrap,
            HOST,
            engine.port,
            USER,
            engine.password,
            DATABASE,
            group=self.stand.name("bench"),
            limits=BatchLimits(rows=self.rows),
        )
        topics = {self.stand.name(EVENTS): ("commerce_event", (COMMERCE_EVENTS,))}
        running = asyncio.create_task(run_sink(settings, CODEC, ready=ready, stop=stop, topics=topics))  # type: ignore[arg-type]
        await ready.wait()
        began, own, theirs = time.perf_counter(), time.process_time(), engine.cpu_s
        await asyncio.to_thread(eventually, "all have landed", self._landed, 300.0)
        self.sink_s = time.perf_counter() - began
        used = (time.process_time() - own, engine.cpu_s - theirs)
        self.cpu_us = {
            name: round(s / self.records * 1e6, 1) for name, s in zip(("sink", "clickhouse"), used, strict=True)
        }
        self.lookup_s = _lookup_seconds()
        stop.set()
        await running

    def _landed(self) -> bool:
        return self.stand.rows(COMMERCE_EVENTS.name) >= self.records

    def report(self) -> str:
        """The figures as one JSON object."""
        sink, bare = self.records / self.sink_s, self.records / self.bare_s
        figures = {
            "records": self.records,
            "batch_rows": self.rows,
            "sink_rows_per_s": round(sink),
            "cpu_us_per_row": self.cpu_us,
        }
        ratio = {"bare_rows_per_s": round(bare), "sink_to_bare": round(sink / bare, 2)}
        lookups = {"rows_held": self.held, "lookups": [asdict(one) for one in self.lookups]}
        return json.dumps({**figures, **ratio, "lookup_share": round(self.lookup_s / self.sink_s, 2), **lookups})


def _lookup_seconds() -> float:
    found = (one for metric in metrics.LOOKUP_SECONDS.collect() for one in metric.samples)
    return sum(one.value for one in found if one.name.endswith("_sum"))


async def measure(bootstrap: str, records: int, rows: int, held: int, folder: Path) -> str:
    """Produce, run both ways one after the other, and report."""
    engine = Engine(folder)
    engine.start()
    try:
        migrate(engine.client(None))
        made = Measure(Stand(bootstrap, engine, {EVENTS: "commerce_event"}), records, rows, held)
        made.hold()
        await made.stand.create(len(PARTITIONS))
        some = [CODEC.encode("commerce_event", samples.order_event(number)) for number in range(records)]
        await made.stand.produce(EVENTS, some)
        await made.sink()
        made.lookups = [made.lookup(ids) for ids in (rows, rows // 10, 10)]
        engine.client().command(f"TRUNCATE TABLE {COMMERCE_EVENTS.name}")
        await made.bare()
        return made.report()
    finally:
        engine.kill()


def main() -> None:
    """Start a broker of its own, measure, and print the report as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=40_000)
    parser.add_argument("--rows", type=int, default=5_000, help="largest batch")
    parser.add_argument("--held", type=int, default=0, help="rows that the table holds before")
    options = parser.parse_args()
    with own_platform() as platform, tempfile.TemporaryDirectory() as folder:
        platform.up(platform_only=True)
        bootstrap = platform.settings.kafka_bootstrap
        print(asyncio.run(measure(bootstrap, options.records, options.rows, options.held, Path(folder))))


if __name__ == "__main__":
    main()
