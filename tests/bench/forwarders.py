"""`python -m tests.bench.forwarders WAY SOURCE TARGET COUNT`: one way of forwarding records, as a process.

Reads COUNT records of SOURCE from the beginning, writes each to TARGET, and prints one line of JSON when the broker has
confirmed the last. The time runs from the first record in hand to that confirmation: start-up and joining the group are
no part of it. The consumer group is named after TARGET; the rest comes from the environment, as for every stage. With
PROFILE=FILE there, the main thread's profile is written to that file.
"""

import asyncio
import cProfile
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, cast

import faust
import orjson
import psutil
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.delivery.message import Message, Output
from streams.delivery.outbox import Outbox
from streams.delivery.serve import serve
from streams.delivery.state import StateView
from streams.delivery.worker import make_worker
from streams.settings import Settings

Way = Literal["stage", "take", "bare"]
BARE_RECORDS = 1000
TAKE_WITHIN_S = 0.1
PROFILE = os.environ.get("PROFILE")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What forwarding took: wall seconds and CPU seconds of the process between the first record and the last."""

    seconds: float
    cpu_seconds: float
    batch: int


class Meter:
    """Counts confirmed records and prints the result when all are there."""

    def __init__(self, count: int, batch: int) -> None:
        self._left, self._batch = count, batch
        self._began: float | None = None
        self._cpu = 0.0
        self._profile = cProfile.Profile()

    def begin(self) -> None:
        """A record is in hand; the first starts the clock."""
        if self._began is None:
            if PROFILE:
                self._profile.enable()
            self._began, self._cpu = time.perf_counter(), _cpu()

    def confirmed(self, number: int) -> None:
        """The broker has so many more."""
        self._left -= number
        if self._left <= 0 and self._began is not None:
            if PROFILE:
                self._profile.disable()
                self._profile.dump_stats(PROFILE)
            result = Forwarded(time.perf_counter() - self._began, _cpu() - self._cpu, self._batch)
            print(orjson.dumps(asdict(result)).decode(), flush=True)
            self._began = None


class Forward:
    """A stage that hands every record on."""

    name = "bench-forward"
    group = "inland-bench"
    deadline_s = 30.0
    concurrency = 1

    def __init__(self, target: str, meter: Meter) -> None:
        self._target, self._meter = target, meter

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
        self._meter.begin()
        return [Output(self._target, message.key, message.value, message.headers)]


class MeteredOutbox(Outbox):
    """The outbox, counting what it has confirmed."""

    def __init__(self, settings: Settings, meter: Meter) -> None:
        super().__init__(settings.kafka_bootstrap, "bench", settings.delivery_timeout_s)
        self._meter = meter

    async def deliver(self, outputs: Sequence[Output]) -> list[int]:
        """See Outbox."""
        offsets = await super().deliver(outputs)
        self._meter.confirmed(len(outputs))
        return offsets


def stage(settings: Settings, source: str, target: str, count: int) -> None:
    """Inland's loop in Inland's worker."""
    meter = Meter(count, settings.batch_size)
    worker = replace(make_worker(target, settings), outbox=MeteredOutbox(settings, meter))
    worker.agent(Forward(target, meter), [source])
    serve(worker)


def take(settings: Settings, source: str, target: str, count: int) -> None:
    """Faust's own `take` and `Topic.send` in Faust's own worker: acknowledges whatever happens, failures too."""
    meter = Meter(count, settings.batch_size)
    app = faust.App(
        f"inland-{target}",
        broker=f"kafka://{settings.kafka_bootstrap}",
        datadir=settings.data_dir,
        store="memory://",
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        # When every buffer is full, Faust's consumer sleeps for a second: a poll must fit in several times.
        stream_buffer_maxsize=1000,
        broker_max_poll_records=100,
    )
    raw: dict[str, Any] = {"key_serializer": "raw", "value_serializer": "raw", "key_type": bytes, "value_type": bytes}
    read, written = app.topic(source, **raw), app.topic(target, **raw)

    async def body(stream: Any) -> None:
        async for values in stream.take(settings.batch_size, within=TAKE_WITHIN_S):
            meter.begin()
            sent: list[Awaitable[Any]] = [await written.send(value=value) for value in values]
            await asyncio.gather(*sent)
            meter.confirmed(len(values))

    app.agent(read, name="bench-take")(body)
    faust.Worker(app, override_logging=False, redirect_stdouts=False, quiet=True).execute_from_commandline()


def bare(settings: Settings, source: str, target: str, count: int) -> None:
    """aiokafka alone: getmany, send, gather, commit."""
    asyncio.run(_bare(settings, source, target, count))


async def _bare(settings: Settings, source: str, target: str, count: int) -> None:
    meter, left = Meter(count, BARE_RECORDS), count
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap,
        enable_idempotence=True,
        acks="all",
        linger_ms=2,
        max_batch_size=262_144,
        compression_type="lz4",
    )
    consumer = AIOKafkaConsumer(
        source,
        bootstrap_servers=settings.kafka_bootstrap,
        group_id=target,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    async with producer, consumer:
        while left:
            found: dict[TopicPartition, list[Any]] = await consumer.getmany(timeout_ms=100, max_records=BARE_RECORDS)
            records = [record for some in found.values() for record in some]
            if not records:
                continue
            meter.begin()
            await asyncio.gather(*[await producer.send(target, one.value, key=one.key) for one in records])
            await consumer.commit()
            left -= len(records)
            meter.confirmed(len(records))


def _cpu() -> float:
    times = psutil.Process().cpu_times()
    return float(times.user + times.system)


WAYS: dict[Way, Callable[[Settings, str, str, int], None]] = {"stage": stage, "take": take, "bare": bare}


def main() -> None:
    """Run one way until the parent ends the process."""
    logging.basicConfig(level=logging.WARNING)
    way, source, target, count = sys.argv[1:]
    WAYS[cast(Way, way)](Settings(), source, target, int(count))


if __name__ == "__main__":
    main()
