"""A gateway on a real port, with a broker in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from aiokafka.errors import KafkaConnectionError

from avro_schemas.codec import Codec
from streams.delivery.message import Output
from streams.sources.gateway.app import Gateway, Limits
from streams.sources.gateway.backpressure import Bounds
from streams.sources.gateway.rotation import WatchedShops
from streams.sources.gateway.serve import listening
from streams.sources.gateway.signature import sign
from streams.tracing.context import stamped

HOST = "127.0.0.1"
SECRET = b"whsec"
BODY_LIMIT = 65_536
LIMITS = Limits(
    Bounds(waiting=4, held_bytes=4 * BODY_LIMIT, stall_s=5.0),
    body_bytes=BODY_LIMIT,
    read_timeout_s=0.3,
    remembered=100,
    remembered_s=60.0,
    reload_s=60.0,
)
CODEC = Codec({"woo_delivery": 1}, lambda _: "")


@dataclass(slots=True)
class Broker:
    """Stands in for Kafka: keeps what it is given, is away, fails as told, or lets wait until `gate` opens."""

    kept: list[Output] = field(default_factory=list)
    away: bool = False
    failure: Exception | None = None
    gate: asyncio.Event | None = None
    starts: int = 0

    async def start(self) -> None:
        self.starts += 1

    async def stop(self) -> None:
        """Nothing to let go of."""

    async def reach(self) -> None:
        if self.away:
            raise KafkaConnectionError

    async def deliver(self, outputs: Sequence[Output]) -> None:
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        if self.away:
            raise KafkaConnectionError
        self.kept += stamped(outputs)  # as streams.delivery.outbox does

    def bodies(self) -> list[bytes]:
        """Bodies of the deliveries kept."""
        return [CODEC.decode("woo_delivery", output.value)["body"] for output in self.kept]


@dataclass(slots=True)
class Stand:
    """What a test holds: the gateway, its broker, and a client."""

    gateway: Gateway
    broker: Broker
    shops: WatchedShops
    port: int
    client: aiohttp.ClientSession

    async def post(
        self, body: bytes, topic: str = "order.updated", *, shop: str = "demo", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of a signed delivery; headers by keyword, an empty one is left out."""
        given = signed(body, topic, **headers)
        return await self.send(body, given, shop)

    async def send(self, body: Any, headers: Any, shop: str = "demo") -> tuple[int, dict[str, Any]]:
        """Status and JSON of a request as it is given."""
        url = f"http://{HOST}:{self.port}/webhooks/{shop}"
        async with self.client.post(url, data=body, headers=headers) as answer:
            return answer.status, await answer.json() if answer.status != 200 else {}

    async def get(self, path: str) -> tuple[int, str]:
        """Status and text."""
        async with self.client.get(f"http://{HOST}:{self.port}{path}") as answer:
            return answer.status, await answer.text()

    async def raw(self, request: bytes, *, end: bool = False, patience_s: float = 10.0) -> bytes:
        """All that comes back for the bytes, until the gateway closes or `patience_s` is over.

        `end`: nothing more is sent after them, which for the gateway is the end of the connection.
        """
        reader, writer = await asyncio.open_connection(HOST, self.port)
        answer = b""
        with suppress(ConnectionError, TimeoutError):
            writer.write(request)
            if end:
                writer.write_eof()
            async with asyncio.timeout(patience_s):
                while part := await reader.read(65_536):
                    answer += part
        writer.close()
        return answer

    async def until_waiting(self, number: int) -> None:
        """Return when so many requests are under way."""

        async def reached() -> bool:
            return self.gateway.under_way == number

        await eventually(reached)

    async def until_answered(self, path: str, status: int) -> None:
        """Return when GET `path` has that status."""

        async def answered() -> bool:
            return (await self.get(path))[0] == status

        await eventually(answered)


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Return when the condition holds; TimeoutError after 10 s."""
    async with asyncio.timeout(10):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.001)


def signed(body: bytes, topic: str = "order.updated", **more: str) -> dict[str, str]:
    """Headers of a delivery; `more` by keyword, with underscores, an empty value takes the header away."""
    headers = {
        "Content-Type": "application/json",
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Signature": sign(body, SECRET),
        "X-WC-Webhook-ID": "1",
        "X-WC-Webhook-Delivery-ID": "0123456789abcdef0123456789abcdef",
    }
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    return {name: value for name, value in headers.items() if value}


def write_shops(folder: Path, **secrets: str) -> Path:
    """A shops file with a secret for each shop."""
    shops = []
    for name, secret in secrets.items():
        (folder / name).write_text(secret + "\n", encoding="utf-8")
        shops.append({"id": name, "home_country": "NL", "source_url": "", "webhook_secret_files": [str(folder / name)]})
    path = folder / "shops.yaml"
    path.write_text(yaml.safe_dump({"shops": shops}), encoding="utf-8")
    return path


@asynccontextmanager
async def standing(
    shops_file: Path, *, connections: int = 100, stop_s: float = 10.0, stall_s: float | None = None, **limits: Any
) -> AsyncIterator[Stand]:
    """A gateway that listens."""
    given = replace(LIMITS, **limits)
    if stall_s is not None:
        given = replace(given, bounds=replace(given.bounds, stall_s=stall_s))
    broker, shops = Broker(), WatchedShops(shops_file)
    gateway = Gateway(shops, CODEC, broker, given)  # type: ignore[arg-type]  # a broker in memory
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as client,
        listening(gateway, HOST, 0, connections, stop_s) as port,
    ):
        stand = Stand(gateway, broker, shops, port, client)
        await stand.until_answered("/health", 200)
        yield stand
