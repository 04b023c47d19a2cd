"""What the watch says of a real group: its member works, only heartbeats, or is gone."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra.local.platform import Platform
from infra.local.ports import free_ports
from infra.local.process import resident_bytes
from infra.local.settings import HOST, ROOT
from streams.watch.broker import Broker
from streams.watch.judge import Bounds
from streams.watch.live import liveness
from streams.watch.parked import Workers
from streams.watch.verdict import GroupVerdict, PartitionVerdict, Verdict
from streams.watch.watcher import Watcher
from tests.platform.commands import inland
from tests.platform.conftest import discard, fresh_platform
from tests.platform.idle_consumer import Given

BOUNDS = Bounds(max_lag=1000, no_progress_s=4.0, interval_s=0.5, away_s=5.0)
CLIENT = "watched-a"
PATIENCE_S = 60.0
QUICK = {"INLAND_WATCH_NO_PROGRESS_S": "2", "INLAND_WATCH_PATIENCE": "{}", "INLAND_WATCH_INTERVAL_S": "0.5"}
SMALL_BYTES = 90 * 1024 * 1024


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform of this module's own, of which Kafka is needed alone."""
    own = fresh_platform(tmp_path_factory, "watch")
    try:
        own.up(platform_only=True)
        yield own
    finally:
        discard(own)


@dataclass(slots=True)
class Stand:
    """A topic of one partition, its group, and the watcher over them."""

    bootstrap: str
    tag: str = field(default_factory=lambda: uuid4().hex[:8])

    @property
    def topic(self) -> str:
        """The topic."""
        return f"watch-test-{self.tag}"

    @property
    def group(self) -> str:
        """The group."""
        return f"watch-test-{self.tag}"

    async def create(self) -> None:
        """Create the topic."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        await admin.create_topics([NewTopic(self.topic, 1, 1)])
        await admin.close()

    async def produce(self, count: int) -> None:
        """Write records and wait for the broker."""
        producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap)
        await producer.start()
        for number in range(count):
            await producer.send_and_wait(self.topic, str(number).encode())
        await producer.stop()

    @asynccontextmanager
    async def watcher(self, bounds: Bounds = BOUNDS) -> AsyncIterator[Watcher]:
        """A watcher over the group."""
        broker = Broker(self.bootstrap, "watch-test", deadline_s=5.0)
        watcher = Watcher({self.group: {self.topic: 1}}, {self.group: bounds}, broker, Workers({}))
        try:
            yield watcher
        finally:
            await watcher.close()

    @contextmanager
    def member(self) -> Iterator["subprocess.Popen[str]"]:
        """A member that has its partition."""
        given = json.dumps(asdict(Given(self.bootstrap, self.group, CLIENT, self.topic)))
        command = [sys.executable, "-m", "tests.platform.idle_consumer", given]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert _line(process) == "ready"
            yield process
        finally:
            process.kill()
            process.communicate(timeout=20)


@pytest.fixture
async def stand(kafka: Platform) -> Stand:
    """A topic and a group that nobody else has."""
    found = Stand(kafka.settings.kafka_bootstrap)
    await found.create()
    return found


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _goes_idle(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    assert _line(process) == "idle"


def _one(group: GroupVerdict) -> PartitionVerdict:
    (partition,) = group.partitions
    return partition


async def _looks(watcher: Watcher, seconds: float) -> GroupVerdict:
    """The verdict after so many seconds of looking."""
    for _ in range(round(seconds / watcher.interval_s)):
        await watcher.look()
        await asyncio.sleep(watcher.interval_s)
    (group,) = watcher.verdicts
    return group


async def _until(watcher: Watcher, verdict: Verdict) -> GroupVerdict:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            await watcher.look()
            if watcher.verdicts and watcher.verdicts[0].verdict is verdict:
                return watcher.verdicts[0]
            await asyncio.sleep(watcher.interval_s)


async def test_a_member_that_takes_and_commits_is_ok_with_work_and_without(stand: Stand) -> None:
    with stand.member():
        async with stand.watcher() as watcher:
            await stand.produce(20)
            await _looks(watcher, 1.0)
            await stand.produce(20)
            found = await _looks(watcher, 2 * BOUNDS.no_progress_s)
    assert found.verdict is Verdict.OK
    assert (_one(found).lag, _one(found).client_id) == (0, CLIENT)
    assert _one(found).host


async def test_a_member_that_heartbeats_and_takes_nothing_is_stuck_and_moving_again_is_ok(stand: Stand) -> None:
    with stand.member() as process:
        async with stand.watcher() as watcher:
            await stand.produce(5)
            await _until(watcher, Verdict.OK)
            _goes_idle(process)
            await stand.produce(7)
            found = await _until(watcher, Verdict.STUCK)
            # Well past the session's time-out of 6 s: Kafka holds it for alive.
            found = await _looks(watcher, 8.0)
            assert found.verdict is Verdict.STUCK
            assert (_one(found).lag, _one(found).client_id) == (7, CLIENT)
            assert not liveness(found, BOUNDS.no_progress_s, CLIENT).alive
            process.kill()
            with stand.member():
                await _until(watcher, Verdict.OK)
                assert liveness(watcher.verdicts[0], BOUNDS.no_progress_s, CLIENT).alive


async def test_a_group_whose_members_are_gone_is_unassigned_and_its_lag_counted(stand: Stand) -> None:
    with stand.member():
        await stand.produce(3)
        async with stand.watcher() as watcher:
            await _until(watcher, Verdict.OK)
    await stand.produce(4)
    async with stand.watcher() as watcher:
        found = await _until(watcher, Verdict.UNASSIGNED)
    assert (found.members, found.lag) == (0, 4)


async def test_a_group_that_never_was_counts_from_the_beginning(stand: Stand) -> None:
    await stand.produce(6)
    async with stand.watcher() as watcher:
        assert (await _until(watcher, Verdict.UNASSIGNED)).lag == 6


async def test_a_topic_that_is_not_there_is_a_dead_partition(kafka: Platform) -> None:
    missing = Stand(kafka.settings.kafka_bootstrap)
    async with missing.watcher() as watcher:
        found = await _until(watcher, Verdict.UNASSIGNED)
    assert "leader" in _one(found).found.cause


def test_a_platform_without_workers_exits_with_20_and_one_without_kafka_with_30(kafka: Platform) -> None:
    dead = inland(kafka, "watch", "--once", "--for", "3", "--json", "--group", "inland-redact")
    assert dead.returncode == 20, dead.stderr
    told = json.loads(dead.stdout)
    assert (told["verdict"], told["exit_code"]) == ("unassigned", 20)
    assert {partition["topic"] for partition in told["groups"][0]["partitions"]} == {
        "woo.deliveries",
        "shop.cdc.changes",
        "shop.cdc.parts",
    }
    away = Platform(kafka.settings.model_copy(update={"kafka_port": 1, "state_dir": kafka.settings.state_dir}))
    assert inland(away, "watch", "--once", "--for", "2", "--json").returncode == 30
    assert inland(away, "watch", "--once", "--for", "2", "--probe").returncode == 0, "a restart would not help"
    assert inland(kafka, "watch", "--once", "--for", "3", "--probe", "--group", "inland-redact").returncode == 20


@contextmanager
def _watching(kafka: Platform, port: int) -> Iterator["subprocess.Popen[str]"]:
    environment = {**os.environ, **kafka.environment, "INLAND_HTTP_PORT": str(port), **QUICK}
    command = [sys.executable, "-m", "streams.cli", "watch"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=20)


async def _answer(port: int, path: str, status: int = 200) -> httpx.Response:
    """The answer, once it has that status."""
    async with asyncio.timeout(PATIENCE_S), httpx.AsyncClient(trust_env=False, timeout=10) as client:
        while True:
            with suppress(httpx.ConnectError):
                answer = await client.get(f"http://{HOST}:{port}{path}")
                if answer.status_code == status:
                    return answer
            await asyncio.sleep(0.1)


async def test_the_process_answers_writes_what_changes_stays_small_and_ends_when_told(kafka: Platform) -> None:
    port = free_ports()["watch_port"]
    with _watching(kafka, port) as process:
        await _answer(port, "/health")
        answer = await _answer(port, "/live/inland-sink", 503)
        assert answer.json()["partitions"][0]["remedy"]
        assert "inland_watch_lag{" in (await _answer(port, "/metrics")).text
        assert json.loads(_line(process))["verdict"] == "unassigned"
        assert resident_bytes(process.pid) < SMALL_BYTES
        with _watching(kafka, port) as second:
            assert await asyncio.to_thread(second.wait, 30) == 1
            assert second.stderr is not None
            assert "set INLAND_HTTP_PORT" in second.stderr.read()
        process.terminate()
        assert process.wait(20) == 0
