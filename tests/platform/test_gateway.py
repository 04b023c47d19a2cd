"""The gateway on real Kafka: what it says 200 to is in the topic, whatever happens meanwhile."""

import asyncio
import itertools
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import aiohttp
import httpx
import pytest
import yaml

from avro_schemas.codec import Codec
from avro_schemas.records import WooDelivery
from infra.local.components.stages import inland
from infra.local.platform import Platform
from infra.local.ports import free_ports
from infra.local.settings import HOST
from streams.clock import now
from streams.delivery.message import Message
from streams.delivery.reading import read
from streams.sources.gateway.signature import sign
from tests.bench import harness
from topics.names import WOO_DELIVERIES

OLD, NEW = b"an old secret", b"a new secret"
WAIT_S = 30.0
STALL_S = 0.5


@dataclass(slots=True)
class Own:
    """A gateway of the test's own beside the platform's."""

    platform: Platform
    folder: Path
    port: int
    process: "subprocess.Popen[str]"
    webhook_id: int = field(default_factory=lambda: time.time_ns() // 1000)
    since: datetime = field(default_factory=now)

    def url(self, path: str) -> str:
        return f"http://{HOST}:{self.port}{path}"

    def metric(self, name: str) -> float:
        """Value of a metric without labels."""
        text = httpx.get(self.url("/metrics"), trust_env=False).text
        return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name} "))

    def ready(self) -> bool:
        return httpx.get(self.url("/ready"), trust_env=False).status_code == 200

    def secrets(self, *secrets: bytes) -> None:
        """Write the shops file; each secret is one file."""
        files = []
        for number, secret in enumerate(secrets):
            path = self.folder / f"secret-{number}-{len(secret)}"
            path.write_bytes(secret)
            files.append(str(path))
        write_shops(self.folder, files)

    async def written(self) -> list[tuple[Message, WooDelivery]]:
        """Deliveries of this test in the topic."""
        codec = Codec.connect(self.platform.settings.registry_url)
        found = []
        async for message in read(self.platform.settings.kafka_bootstrap, WOO_DELIVERIES, self.since, "latest"):
            delivery: WooDelivery = codec.decode("woo_delivery", message.value)
            if delivery["webhook_id"] == self.webhook_id:
                found.append((message, delivery))
        return found


def write_shops(folder: Path, secret_files: list[str]) -> Path:
    shop = {"id": "demo", "home_country": "NL", "source_url": "", "webhook_secret_files": secret_files}
    path = folder / "shops.yaml"
    path.with_suffix(".new").write_text(yaml.safe_dump({"shops": [shop]}), encoding="utf-8")
    path.with_suffix(".new").replace(path)
    return path


@contextmanager
def gateway(platform: Platform, folder: Path) -> Iterator[Own]:
    """A gateway that is ready; stopped with the block."""
    (folder / "secret").write_bytes(OLD)
    shops, port = write_shops(folder, [str(folder / "secret")]), free_ports()["gateway_port"]
    given = harness.environment(
        platform,
        INLAND_HTTP_PORT=str(port),
        INLAND_SHOPS_FILE=str(shops),
        INLAND_SHOPS_RELOAD_S="0.2",
        INLAND_WEBHOOK_STALL_S=str(STALL_S),
    )
    log = folder / "gateway.log"
    with harness.process(inland("gateway"), given, log) as process:
        harness.await_health(f"http://{HOST}:{port}/ready", process, log)
        yield Own(platform, folder, port, process)


@dataclass(slots=True)
class Load:
    """Posts deliveries, each of its own, over a new connection each as WordPress does; knows every answer."""

    own: Own
    secret: bytes = OLD
    accepted: set[int] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def one(self, session: aiohttp.ClientSession) -> int | None:
        """Status of one more delivery; None where nobody listens."""
        number = next(self._ids)
        body = b'{"id":%d}' % number
        headers = {
            "Content-Type": "application/json",
            "X-WC-Webhook-Topic": "product.deleted",
            "X-WC-Webhook-Signature": sign(body, self.secret),
            "X-WC-Webhook-ID": str(self.own.webhook_id),
            "X-WC-Webhook-Delivery-ID": f"{number:032x}",
        }
        begun = time.monotonic()
        try:
            async with session.post(self.own.url("/webhooks/demo"), data=body, headers=headers) as answer:
                self.answers[answer.status] += 1
                if answer.status == 200:
                    self.accepted.add(number)
                return answer.status
        except aiohttp.ClientConnectorError:
            self.refused += 1
            return None
        except aiohttp.ClientError:
            self.unanswered += 1
            return None
        finally:
            self.slowest_s = max(self.slowest_s, time.monotonic() - begun)

    @asynccontextmanager
    async def running(self, workers: int = 8) -> AsyncIterator[None]:
        """While the block runs, so many post one after the other, each until nobody listens any more."""
        over = asyncio.Event()

        async def post(session: aiohttp.ClientSession) -> None:
            while not over.is_set() and await self.one(session) is not None:
                pass

        async with (
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True, limit=0)) as session,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(workers):
                group.create_task(post(session))
            yield
            over.set()

    async def until(self, accepted: int) -> None:
        """Return when so many more have been accepted."""
        wanted = len(self.accepted) + accepted
        async with asyncio.timeout(WAIT_S):
            while True:
                if len(self.accepted) >= wanted:
                    return
                await asyncio.sleep(0.01)


async def _eventually(condition: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + WAIT_S
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < ends, f"waited in vain: {what}"
        await asyncio.sleep(0.05)


async def test_a_stop_under_load_drops_nothing_that_was_let_in(platform: Platform, tmp_path: Path) -> None:
    with gateway(platform, tmp_path) as own:
        load = Load(own)
        async with load.running():
            await load.until(100)
            own.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(own.process.wait, WAIT_S) == 0
        written = await own.written()
    assert len(load.accepted) >= 100
    assert set(load.answers) == {200}
    assert load.unanswered == 0
    numbers = [delivery["resource_id"] for _, delivery in written]
    assert sorted(numbers) == sorted(load.accepted)
    for message, delivery in written:
        assert message.key == str(delivery["resource_id"]).encode()
        assert delivery["body"] == b'{"id":%d}' % delivery["resource_id"]


async def test_a_secret_is_rotated_under_load_without_a_loss(platform: Platform, tmp_path: Path) -> None:
    with gateway(platform, tmp_path) as own:
        load = Load(own)
        async with load.running():
            await load.until(50)
            own.secrets(OLD, NEW)
            await _eventually(lambda: own.metric("inland_shops_taken_up_total") == 1, "both secrets are known")
            await load.until(50)
            load.secret = NEW
            await load.until(50)
            own.secrets(NEW)
            await _eventually(lambda: own.metric("inland_shops_taken_up_total") == 2, "the old one is forgotten")
            await load.until(50)
            (own.folder / "shops.yaml").write_text("shops: [")
            await _eventually(lambda: own.metric("inland_shops_broken") == 1, "the broken file is seen")
            await load.until(50)
        assert set(load.answers) == {200}
        late = Load(own, OLD)
        async with aiohttp.ClientSession() as session:
            assert await late.one(session) == 401
        assert {delivery["resource_id"] for _, delivery in await own.written()} == load.accepted
    assert load.unanswered == load.refused == 0


async def test_while_kafka_stands_still_the_answer_is_503_at_once_and_afterwards_it_goes_on(
    platform: Platform, tmp_path: Path
) -> None:
    kafka = harness.pid_of(platform, "kafka")
    with gateway(platform, tmp_path) as own:
        load = Load(own)
        async with load.running(), aiohttp.ClientSession() as session:
            await load.until(50)
            os.kill(kafka, signal.SIGSTOP)
            try:
                await _eventually(lambda: load.answers[503] >= 20, "new deliveries are refused")
                assert not await asyncio.to_thread(own.ready)
                begun = time.monotonic()
                assert await load.one(session) == 503
                assert time.monotonic() - begun < 2.0  # far below the four seconds that a first one waits
                async with session.get(own.url("/health")) as answer:
                    assert answer.status == 200
                await _eventually(lambda: own.metric("inland_webhook_waiting") == 0, "nobody is left waiting")
            finally:
                os.kill(kafka, signal.SIGCONT)
            await _eventually(own.ready, "it is ready again")
            await load.until(50)
        numbers = [delivery["resource_id"] for _, delivery in await own.written()]
    assert set(load.answers) == {200, 503}
    # What got a 503 may have been written all the same: never the other way round.
    assert load.accepted <= set(numbers)
    assert len(numbers) == len(set(numbers))


def test_kafka_takes_the_largest_body_that_the_gateway_takes(platform: Platform, tmp_path: Path) -> None:
    with gateway(platform, tmp_path) as own:
        noise = random.Random(7).randbytes(499_900).hex().encode()
        body = b'{"id":7,"x":"%s"}' % noise
        headers = {
            "X-WC-Webhook-Topic": "product.deleted",
            "X-WC-Webhook-Signature": sign(body, OLD),
            "X-WC-Webhook-ID": str(own.webhook_id),
        }
        url = own.url("/webhooks/demo")
        assert httpx.post(url, content=body, headers=headers, trust_env=False).status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_gateway_ends_with_0(platform: Platform, tmp_path: Path, number: signal.Signals) -> None:
    with gateway(platform, tmp_path) as own:
        own.process.send_signal(number)
        assert own.process.wait(WAIT_S) == 0
