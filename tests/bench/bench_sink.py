"""Rows a second through the sink, against a bare loop without any guarantee.

Both read the same records of a real broker, decode and map them with the same code, and insert into the same real
engine. The bare loop commits nothing, names no token, and keeps no ledger. It starts a broker and an engine of its own.
"""

import argparse
import asyncio
import json
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import clickhouse_connect
from aiokafka import AIOKafkaConsumer, TopicPartition

from infra.clickhouse.migrate import migrate
from infra.local.settings import HOST
from streams.audit.batch import BatchLimits
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


@dataclass(slots=True)
class Measure:
    """One run of each way, on the same records."""

    stand: Stand
    records: int
    rows: int
    sink_s: float = field(default=0.0)
    bare_s: float = field(default=0.0)

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
        began = time.perf_counter()
        await asyncio.to_thread(eventually, "all have landed", self._landed, 300.0)
        self.sink_s = time.perf_counter() - began
        stop.set()
        await running

    def _landed(self) -> bool:
        return self.stand.rows(COMMERCE_EVENTS.name) >= self.records

    def report(self) -> str:
        """The figures as one JSON object."""
        sink, bare = self.records / self.sink_s, self.records / self.bare_s
        figures = {"records": self.records, "batch_rows": self.rows, "sink_rows_per_s": round(sink)}
        return json.dumps({**figures, "bare_rows_per_s": round(bare), "sink_to_bare": round(sink / bare, 2)})


async def measure(bootstrap: str, records: int, rows: int, folder: Path) -> str:
    """Produce, run both ways one after the other, and report."""
    engine = Engine(folder)
    engine.start()
    try:
        migrate(engine.client(None))
        made = Measure(Stand(bootstrap, engine, {EVENTS: "commerce_event"}), records, rows)
        await made.stand.create(len(PARTITIONS))
        some = [CODEC.encode("commerce_event", samples.order_event(number)) for number in range(records)]
        await made.stand.produce(EVENTS, some)
        await made.sink()
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
    given = parser.parse_args()
    with own_platform() as platform, tempfile.TemporaryDirectory() as folder:
        platform.up(platform_only=True)
        bootstrap = platform.settings.kafka_bootstrap
        print(asyncio.run(measure(bootstrap, given.records, given.rows, Path(folder))))


if __name__ == "__main__":
    main()
