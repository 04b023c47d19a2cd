"""Topics of one test, load with numbers that betray every loss, and workers that can be killed."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra.local.files import last_lines
from infra.local.platform import Platform
from infra.local.ports import free_ports
from infra.local.settings import HOST, ROOT
from streams.delivery.message import Message
from streams.delivery.reading import read
from tests.platform.delivery.counting_worker import PARTITIONS, topics_of

PATIENCE_S = 120.0
SESSION_S = 6.0


@dataclass(slots=True)
class Worker:
    """One worker process."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """SIGTERM; returns the exit status."""
        self.process.terminate()
        return self.process.wait(60)

    def ready(self) -> bool:
        """Whether it has its partitions."""
        assert self.process.poll() is None, "\n".join(["the worker has ended", *last_lines(self.log)])
        try:
            return httpx.get(f"http://{HOST}:{self.port}/health", trust_env=False, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False


@dataclass(slots=True)
class Stand:
    """A counting worker's topics and data directories, under a name of their own."""

    platform: Platform
    folder: Path
    app: str = field(default_factory=lambda: f"count-{uuid4().hex[:8]}")
    workers: list[Worker] = field(default_factory=list)

    @property
    def source(self) -> str:
        """Topic that the workers read."""
        return f"{self.app}.source"

    @property
    def target(self) -> str:
        """Topic that they write."""
        return f"{self.app}.target"

    @property
    def changelog(self) -> str:
        """Changelog of their table."""
        return f"inland-{self.app}-counts-changelog"

    def topics(self) -> dict[str, dict[str, str]]:
        """Every topic that the worker needs, with its configuration."""
        return topics_of(self.app, self.source, self.target)

    def command(self) -> list[str]:
        """What a worker is started with."""
        return [sys.executable, "-m", "tests.platform.delivery.counting_worker", self.app, self.source, self.target]

    async def create(self) -> None:
        """Make the topics."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.platform.settings.kafka_bootstrap)
        await admin.start()
        wanted = self.topics()
        await admin.create_topics([NewTopic(name, PARTITIONS, 1, topic_configs=conf) for name, conf in wanted.items()])
        await admin.close()

    async def produce(
        self, keys: int, first: int, last: int, rate: float | None = None, topic: str | None = None
    ) -> None:
        """Numbers `first` to `last` for each key, in order; `rate`: messages a second, None for all at once."""
        async with AIOKafkaProducer(
            bootstrap_servers=self.platform.settings.kafka_bootstrap, linger_ms=2, enable_idempotence=True
        ) as producer:
            for number in range(first, last + 1):
                sent = [
                    await producer.send(topic or self.source, str(number).encode(), key=f"key-{key}".encode())
                    for key in range(keys)
                ]
                await asyncio.gather(*sent)
                if rate:
                    await asyncio.sleep(keys / rate)

    async def write(self, topic: str, key: bytes, value: bytes, partition: int) -> None:
        """One record."""
        async with AIOKafkaProducer(bootstrap_servers=self.platform.settings.kafka_bootstrap) as producer:
            await producer.send_and_wait(topic, value, key=key, partition=partition)

    def start(self, name: str = "a", **settings: str) -> Worker:
        """A worker with a data directory of the name's own."""
        port, log = free_ports()["redact_port"], self.folder / f"{name}.log"
        environment = {
            **os.environ,
            **self.platform.environment,
            "INLAND_HTTP_PORT": str(port),
            "INLAND_DATA_DIR": str(self.data(name)),
            "INLAND_SESSION_TIMEOUT_S": str(SESSION_S),
            "INLAND_DRAIN_TIMEOUT_S": "5",
            **settings,
        }
        with log.open("ab") as output:
            process = subprocess.Popen(self.command(), env=environment, cwd=ROOT, stdout=output, stderr=output)
        self.workers.append(Worker(process, port, log))
        return self.workers[-1]

    def data(self, name: str) -> Path:
        """Data directory of a worker."""
        return self.folder / f"data-{name}"

    def lose_data(self, name: str) -> None:
        """Delete a worker's local store."""
        shutil.rmtree(self.data(name))

    def outputs(self) -> AsyncIterator[Message]:
        """Everything that the workers have written so far."""
        return read(self.platform.settings.kafka_bootstrap, self.target, "earliest", "latest")

    async def counts(self) -> dict[str, tuple[int, int]]:
        """Highest number and count that the outputs tell, by key."""
        found: dict[str, tuple[int, int]] = {}
        async for message in self.outputs():
            told = orjson.loads(message.value or b"{}")
            key = (message.key or b"").decode()
            found[key] = max(found.get(key, (0, 0)), (told["highest"], told["count"]))
        return found

    async def until_counted(self, keys: int, last: int) -> dict[str, tuple[int, int]]:
        """Wait until the outputs tell the last number of every key, and return what they tell."""
        ends = time.monotonic() + PATIENCE_S
        while True:
            found = await self.counts()
            if len(found) == keys and all(highest == last for highest, _ in found.values()):
                return found
            assert time.monotonic() < ends, f"{len(found)} of {keys} keys, {sorted(set(found.values()))[:5]}"
            self.none_has_failed()
            await asyncio.sleep(0.3)

    def none_has_failed(self) -> None:
        """AssertionError when a worker has ended that nobody has ended."""
        for worker in self.workers:
            if worker.process.poll() not in (None, 0, -signal.SIGKILL):
                raise AssertionError("\n".join(["a worker has ended", *last_lines(worker.log)]))

    async def until_written(self, records: int, topic: str | None = None) -> bool:
        """Wait until so many records stand in the topic, the target by default."""
        ends = time.monotonic() + PATIENCE_S
        async with AIOKafkaConsumer(bootstrap_servers=self.platform.settings.kafka_bootstrap) as consumer:
            partitions = [TopicPartition(topic or self.target, number) for number in range(PARTITIONS)]
            while sum((await consumer.end_offsets(partitions)).values()) < records:
                assert time.monotonic() < ends, "waited in vain for the outputs"
                await asyncio.sleep(0.2)
        return True

    def end(self) -> None:
        """End every worker that is left."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.kill()


@contextmanager
def stand_on(platform: Platform, folder: Path) -> Iterator[Stand]:
    """A stand whose workers end with the block."""
    own = Stand(platform, folder)
    asyncio.run(own.create())
    try:
        yield own
    finally:
        own.end()


def all_counted(keys: int, last: int) -> dict[str, tuple[int, int]]:
    """What outputs tell when nothing was lost."""
    return {f"key-{key}": (last, last) for key in range(keys)}


def until_ready(*workers: Worker) -> None:
    """Wait until the workers have their partitions."""
    ends = time.monotonic() + PATIENCE_S
    while not all(worker.ready() for worker in workers):
        assert time.monotonic() < ends, f"waited in vain for {len(workers)} workers to be ready"
        time.sleep(0.1)
