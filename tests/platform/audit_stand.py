"""What the tests of the audit room stand on: a ClickHouse engine that may be killed, topics of their own, the sink."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count, pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import clickhouse_connect
import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from clickhouse_connect.driver.httputil import get_pool_manager

from avro_schemas.schemas import SchemaName
from infra.local.components.clickhouse import clickhouse
from infra.local.layout import Layout
from infra.local.ports import free_ports
from infra.local.secrets import create_secrets, secret
from infra.local.settings import HOST, ROOT, LocalSettings
from tests.platform.sink_process import Given

USER, DATABASE = "writer", "inland"
PATIENCE_S = 60.0
_OFFSETS = """
SELECT _partition, count(), uniqExact(_offset), max(_offset) FROM {table:Identifier}
WHERE startsWith(_topic, {tag:String}) GROUP BY _partition ORDER BY _partition
"""
_BATCHES = """
SELECT partition, first_offset, last_offset, rows, repeated, dead_letters FROM ingest_batches
WHERE topic = {topic:String} ORDER BY partition, first_offset, last_offset
"""


def eventually(what: str, holds: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
    """Wait until it holds; AssertionError naming `what` when it does not in time."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, f"not within {within_s:g} s: {what}"
        time.sleep(0.05)


class Engine:
    """A ClickHouse engine of the test's own."""

    def __init__(self, folder: Path) -> None:
        own = LocalSettings(state_dir=folder)
        self._settings = own.model_copy(update={"clickhouse_port": free_ports()["clickhouse_port"]})
        self._layout = Layout(folder)
        self._layout.create()
        create_secrets(self._layout)
        self._component = clickhouse(self._settings, self._layout)
        self._process: subprocess.Popen[bytes] | None = None
        # Of the engine's own: the driver's shared pool would keep connections to an engine that is gone.
        self._pool = get_pool_manager()

    @property
    def port(self) -> int:
        """HTTP port."""
        return self._settings.clickhouse_port

    @property
    def cpu_s(self) -> float:
        """Seconds of CPU that the engine has used, of all its threads."""
        assert self._process is not None
        used = psutil.Process(self._process.pid).cpu_times()
        return float(used.user + used.system)

    @property
    def password(self) -> str:
        """Of the writer."""
        return secret(self._layout, "clickhouse-writer")

    def start(self) -> None:
        """Start and wait until it answers."""
        self._component.prepare()
        environment = {**os.environ, **self._component.environment}
        with self._layout.log("clickhouse").open("ab") as log:
            self._process = subprocess.Popen(self._component.command, stdout=log, stderr=log, env=environment)
        eventually("ClickHouse answers", self._answers)

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(20)
        self._pool.clear()

    def client(self, database: str | None = DATABASE) -> Client:
        """A client signed in as the writer."""
        return clickhouse_connect.get_client(
            host=HOST,
            port=self.port,
            username=USER,
            password=self.password,
            database=database,
            pool_mgr=self._pool,
        )

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "ClickHouse ended at its start: see its log"
        try:
            self.client(None).close()
        except ClickHouseError:
            return False
        return True


@dataclass(slots=True)
class Stand:
    """Topics of one test and the sink on them."""

    bootstrap: str
    engine: Engine
    topics: dict[str, SchemaName]
    tag: str = field(default_factory=lambda: uuid4().hex[:8])
    sinks: list[subprocess.Popen[str]] = field(default_factory=list)

    def name(self, topic: str) -> str:
        """The broker's name of one of the test's topics."""
        return f"audit-test-{self.tag}.{topic}"

    async def create(self, partitions: int = 2) -> None:
        """Create the topics and their dead letters."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        names = [self.name(topic) + suffix for topic in self.topics for suffix in ("", ".dlq")]
        await admin.create_topics([NewTopic(name, partitions, 1) for name in names])
        await admin.close()

    async def produce(
        self,
        topic: str,
        values: Iterable[bytes],
        headers: Sequence[tuple[str, bytes]] = (),
        keys: Iterable[int] | None = None,
    ) -> None:
        """Write values, spread over the partitions, and wait until the broker has all; keys count up unless given."""
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap, linger_ms=5)
        await producer.start()
        name = self.name(topic)
        sent = [
            await producer.send(name, value, key=str(number).encode(), headers=list(headers))
            for number, value in zip(count() if keys is None else keys, values, strict=False)
        ]
        await asyncio.gather(*sent)
        await producer.stop()

    async def rewind(self, topic: str) -> None:
        """Set the group's offsets back to the beginning of a topic, as an operator does with the sink stopped."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap, group_id=f"audit-test-{self.tag}", enable_auto_commit=False
        )
        await consumer.start()
        partitions = [TopicPartition(self.name(topic), number) for number in (0, 1)]
        consumer.assign(partitions)
        await consumer.commit(dict.fromkeys(partitions, 0))
        await consumer.stop()

    async def everything(self, topic: str) -> list[Any]:
        """All records that a topic holds now."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, enable_auto_commit=False)
        await consumer.start()
        partitions = [TopicPartition(topic, number) for number in (0, 1)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)
        records: list[Any] = []
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for some in (await consumer.getmany(timeout_ms=500)).values():
                records += some
        await consumer.stop()
        return records

    def sink(self, rows: int = 500) -> "subprocess.Popen[str]":
        """Start a sink process; returns at once."""
        given = Given(
            bootstrap=self.bootstrap,
            host=HOST,
            port=self.engine.port,
            user=USER,
            password=self.engine.password,
            database=DATABASE,
            group=f"audit-test-{self.tag}",
            topics={self.name(topic): schema for topic, schema in self.topics.items()},
            rows=rows,
        )
        command = [sys.executable, "-m", "tests.platform.sink_process", json.dumps(asdict(given))]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.sinks.append(process)
        return process

    def end(self) -> None:
        """End what still runs."""
        for process in self.sinks:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=20)

    def rows(self, table: str) -> int:
        """Rows in a table of this test's topics."""
        return sum(rows for _, rows, _, _ in self.offsets(table))

    def offsets(self, table: str) -> list[tuple[int, int, int, int]]:
        """Per partition: its number, rows, distinct offsets, highest offset."""
        return self.ask(_OFFSETS, table=table)

    def ledger(self, topic: str) -> tuple[int, int, int]:
        """Rows, repetitions and dead letters of a topic as the batch ledger tells them; no two batches may overlap."""
        batches = self.ask(_BATCHES, topic=self.name(topic))
        for (partition, _, last, *_), (following, first, *_) in pairwise(batches):
            assert partition != following or last < first, f"offsets {first}-{last} were entered twice"
        rows, repeated, dead_letters = (sum(batch[at] for batch in batches) for at in (3, 4, 5))
        return rows, repeated, dead_letters

    def ask(self, text: str, **parameters: str) -> list[Any]:
        """Rows of a SELECT; `{tag:String}` is the prefix of this test's topics."""
        client = self.engine.client()
        try:
            return list(client.query(text, parameters={"tag": f"audit-test-{self.tag}.", **parameters}).result_rows)
        finally:
            client.close()


def finish(process: "subprocess.Popen[str]") -> int:
    """SIGTERM and the exit code."""
    process.send_signal(signal.SIGTERM)
    return process.wait(30)
