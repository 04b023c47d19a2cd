"""`python -m tests.bench.bench_cdc`: rows a second out of the binlog, to nobody and through the redact stage.

Orders are written while the connector is stopped; it is let go, and the clock runs from the first row in Kafka. First a
consumer counts rows and does nothing with them: Debezium's own rate. Then, for as many rows, a redact worker reads them
as they come, and the clock stops when its group has acknowledged the last. The ratio is theirs, in one run.
"""

import argparse
import asyncio
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import httpx
import psutil
import pymysql
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from infra.local.components.connector import NAME
from infra.local.components.stages import inland
from infra.local.platform import Platform
from infra.local.ports import free_ports
from infra.local.secrets import secret
from infra.local.settings import HOST
from tests.bench import harness
from tests.bench.order_rows import ROWS, statements
from tests.platform.connect_stand import captured_shop
from topics.names import SHOP_CDC_CHANGES, consumer_group

PARTITIONS = [TopicPartition(SHOP_CDC_CHANGES, number) for number in (0, 1)]
GROUP = consumer_group("redact")
_WITHIN_S = 600.0
_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """Rows from the binlog to where they were wanted; CPU seconds of Connect, and of the worker where there was one."""

    rows: int
    seconds: float
    rows_per_s: int
    connect_cpu_s: float
    worker_cpu_s: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """`ratio`: rows a second through the redact stage by those that Debezium delivers to nobody."""

    orders: int
    rows_per_order: int
    debezium: Run
    redacted: Run
    ratio: float


class Bench:
    """A captured shop, its connector stopped and let go."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._url = f"{platform.settings.connect_url}/connectors/{NAME}"
        self._next_id = 1_000_000

    def write(self, orders: int) -> int:
        """Write orders while the connector is stopped: rows written."""
        self._ask("stop")
        while httpx.get(f"{self._url}/status", timeout=30, trust_env=False).json()["tasks"]:
            time.sleep(_LOOK_S)
        first, self._next_id = self._next_id, self._next_id + orders
        connection = pymysql.connect(
            host=HOST,
            port=self.platform.settings.mariadb_port,
            user="shop",
            password=secret(self.platform.layout, "mariadb-shop"),
            database="shop",
        )
        with closing(connection), connection.cursor() as cursor:
            for order_id in range(first, first + orders):
                for statement, values in statements(order_id):
                    cursor.executemany(statement, values)
                connection.commit()
        return orders * ROWS

    def let_go(self) -> None:
        """The connector goes on where it was."""
        self._ask("resume")

    def _ask(self, what: str) -> None:
        httpx.put(f"{self._url}/{what}", timeout=30, trust_env=False).raise_for_status()


async def to_nobody(bench: Bench, orders: int) -> Run:
    """Debezium's rate: rows are counted and let go."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bench.platform.settings.kafka_bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        rows = await asyncio.to_thread(bench.write, orders)
        consumer.assign(PARTITIONS)
        await consumer.seek_to_end(*PARTITIONS)
        left, began = rows, 0.0
        with _cpu(harness.pid_of(bench.platform, "connect")) as used:
            bench.let_go()
            async with asyncio.timeout(_WITHIN_S):
                while left > 0:
                    some = await consumer.getmany(timeout_ms=1000)
                    began = began or (time.perf_counter() if some else 0.0)
                    left -= sum(map(len, some.values()))
            seconds = time.perf_counter() - began
    finally:
        await consumer.stop()
    return Run(rows, round(seconds, 2), round(rows / seconds), used[0])


async def through_redaction(bench: Bench, orders: int) -> Run:
    """The rate with a redact worker behind, to the last acknowledged row."""
    ports, layout = free_ports(), bench.platform.layout
    more = {"INLAND_HTTP_PORT": str(ports["redact_port"]), "INLAND_DATA_DIR": str(layout.data_of("redact"))}
    log = layout.log("bench-redact")
    given = harness.environment(bench.platform, **more)
    with harness.process(inland("worker", "redact"), given, log) as worker:
        await asyncio.to_thread(harness.await_health, f"http://{HOST}:{ports['redact_port']}/health", worker, log)
        async with asyncio.timeout(_WITHIN_S):
            end = await _end(bench)
            await _acknowledged(bench, end)
            rows = await asyncio.to_thread(bench.write, orders)
            with _cpu(harness.pid_of(bench.platform, "connect")) as used, _cpu(worker.pid) as own:
                bench.let_go()
                began = await _first_behind(bench, end)
                await _acknowledged(bench, end + rows)
                seconds = time.perf_counter() - began
    return Run(rows, round(seconds, 2), round(rows / seconds), used[0], own[0])


@contextmanager
def _cpu(pid: int) -> Iterator[list[float]]:
    """CPU seconds that a process uses in the block, in the list when it ends."""
    process, used = psutil.Process(pid), [0.0]
    before = sum(process.cpu_times()[:2])
    yield used
    used[0] = round(sum(process.cpu_times()[:2]) - before, 2)


async def _first_behind(bench: Bench, end: int) -> float:
    """When a record has come behind `end`, by `time.perf_counter`."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bench.platform.settings.kafka_bootstrap)
    await consumer.start()
    try:
        while sum((await consumer.end_offsets(PARTITIONS)).values()) == end:  # noqa: ASYNC110 - Kafka can only be asked
            await asyncio.sleep(_LOOK_S)
        return time.perf_counter()
    finally:
        await consumer.stop()


async def _end(bench: Bench) -> int:
    """Records ever written to the topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bench.platform.settings.kafka_bootstrap)
    await consumer.start()
    try:
        return sum((await consumer.end_offsets(PARTITIONS)).values())
    finally:
        await consumer.stop()


async def _acknowledged(bench: Bench, wanted: int) -> None:
    """Return when the redact group has acknowledged as many records of the topic."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bench.platform.settings.kafka_bootstrap)
    await admin.start()
    try:
        while True:
            offsets = await admin.list_consumer_group_offsets(GROUP, partitions=PARTITIONS)
            if sum(max(found.offset, 0) for found in offsets.values()) >= wanted:
                return
            await asyncio.sleep(_LOOK_S)
    finally:
        await admin.close()


def show(report: Report) -> None:
    """Print the table."""
    sides = (("Debezium to nobody", report.debezium), ("through the redact stage", report.redacted))
    rows = [(name, one.rows, one.seconds, one.rows_per_s, one.connect_cpu_s, one.worker_cpu_s) for name, one in sides]
    columns = ("", "rows", "s", "rows/s", "Connect CPU s", "worker CPU s")
    harness.table(f"{report.orders} orders of {report.rows_per_order} rows, each way", columns, rows)
    harness.console.print(f"redacted : delivered = {report.ratio}")


def main() -> None:
    """Read the command line, measure, print the report as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1000, help="orders written for each way")
    given = parser.parse_args()
    with harness.own_platform() as platform:
        harness.infrastructure(platform)
        captured_shop(platform)
        bench = Bench(platform)
        debezium = asyncio.run(to_nobody(bench, given.orders))
        redacted = asyncio.run(through_redaction(bench, given.orders))
        ratio = round(redacted.rows_per_s / debezium.rows_per_s, 3)
        report = Report(given.orders, ROWS, debezium, redacted, ratio)
        show(report)
        harness.tell("cdc", report)


if __name__ == "__main__":
    harness.run_bench(main)
