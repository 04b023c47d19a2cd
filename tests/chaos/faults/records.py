"""Records that nobody can read, and records that are written again: twice, and late."""

from dataclasses import dataclass, field
from random import Random

import aiohttp
from aiokafka import AIOKafkaProducer

from avro_schemas.codec import Codec
from avro_schemas.records import WooDelivery
from infra.local.shop.webhook import sign
from streams.delivery.message import Message
from streams.delivery.reading import read
from tests.chaos.stand import Poison, Stand
from topics.names import SHOP_CDC_CHANGES, WOO_DELIVERIES

NO_FRAME = b"not a record at all"
UNKNOWN_SCHEMA = b"\x00\x7f\xff\xff\xf0" + b"\x02" * 40
UNREADABLE = {
    WOO_DELIVERIES: (NO_FRAME, UNKNOWN_SCHEMA, b"\x00"),
    SHOP_CDC_CHANGES: (
        UNKNOWN_SCHEMA,
        b"{ no json",
        b'{"after": {"id": 1}}',
        b'{"op": "c", "after": {"id": 1}, "source": {"name": "demo", "table": "wp_nobody", "ts_ms": 1}}',
    ),
}
_FIRST_WEBHOOK = 1_000_000
_TIMEOUT_S = 30


@dataclass(slots=True)
class PoisonMessages:
    """A few unreadable records in one topic. Each must become a dead letter, and nothing beside it may suffer."""

    topic: str
    values: tuple[bytes, ...]
    lasts_s: float = 0.0

    @property
    def name(self) -> str:
        """See Fault."""
        return f"poison-{self.topic}"

    async def strike(self, stand: Stand) -> None:
        """See Fault."""
        for number, value in enumerate(self.values):
            told = await produce(stand, self.topic, f"poison/{number}".encode(), value, None)
            stand.poison.append(Poison(self.topic, *told))

    async def heal(self, stand: Stand) -> None:
        """Nothing: a poison message is there to stay."""


@dataclass(slots=True)
class RepeatedDeliveries:
    """Deliveries posted again: the newest twice in a row, and old ones long after what followed them.

    Not those of deletions: they bear no date, so that one which comes again after a restoration is another deletion.
    """

    each: int = 6
    name: str = "repeat-deliveries"
    lasts_s: float = 0.0
    _turn: int = field(default=0, init=False)

    async def strike(self, stand: Stand) -> None:
        """See Fault."""
        codec = Codec.connect(stand.platform.settings.registry_url)
        chosen = await _old_and_new(stand, WOO_DELIVERIES, self.each, self._next_turn())
        secret = stand.secret("webhook-demo")
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_S)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            for message in chosen:
                delivery = codec.decode("woo_delivery", message.value)
                if not delivery["topic"].endswith(".deleted"):
                    await _post(stand, session, delivery, secret)

    async def heal(self, stand: Stand) -> None:
        """Nothing: repetition is no damage."""

    def _next_turn(self) -> int:
        self._turn += 1
        return self._turn


@dataclass(slots=True)
class RepeatedRows:
    """Row changes written to the topic again, as Debezium does after a crash: the newest, and old ones late."""

    each: int = 12
    name: str = "repeat-rows"
    lasts_s: float = 0.0
    _turn: int = field(default=0, init=False)

    async def strike(self, stand: Stand) -> None:
        """See Fault."""
        self._turn += 1
        for message in await _old_and_new(stand, SHOP_CDC_CHANGES, self.each, self._turn):
            await produce(stand, message.topic, message.key, message.value, message.partition)
            stand.reposted += 1

    async def heal(self, stand: Stand) -> None:
        """Nothing: repetition is no damage."""


async def produce(
    stand: Stand, topic: str, key: bytes | None, value: bytes | None, partition: int | None
) -> tuple[int, int]:
    """Write one record and return its partition and offset."""
    producer = AIOKafkaProducer(bootstrap_servers=stand.bootstrap, acks="all", request_timeout_ms=_TIMEOUT_S * 1000)
    await producer.start()
    try:
        told = await producer.send_and_wait(topic, value, key=key, partition=partition)
    finally:
        await producer.stop()
    return told.partition, told.offset


async def _old_and_new(stand: Stand, topic: str, each: int, turn: int) -> list[Message]:
    """Good records of the topic: `each` old ones, then the `each` newest of them twice."""
    poisoned = {poison.place for poison in stand.poison}
    found = [m async for m in read(stand.bootstrap, topic, "earliest", "latest") if m.place not in poisoned and m.value]
    newest = sorted(found, key=lambda message: message.timestamp)[-each:]
    old = Random(f"{stand.seed}/{topic}/{turn}").sample(found, min(each, len(found)))
    return [*old, *newest, *newest]


async def _post(stand: Stand, session: aiohttp.ClientSession, delivery: WooDelivery, secret: str) -> None:
    body = delivery["body"]
    headers = {
        "Content-Type": "application/json",
        "X-WC-Webhook-Topic": delivery["topic"],
        "X-WC-Webhook-Signature": sign(secret, body),
        # A webhook of its own each time: the gateway must write it, so that the stages see the repetition.
        "X-WC-Webhook-ID": str(_FIRST_WEBHOOK + stand.reposted),
    }
    url = f"{stand.platform.settings.gateway_url}/webhooks/{delivery['shop_id']}"
    async with session.post(url, data=body, headers=headers) as answer:
        if answer.status != 200:
            raise RuntimeError(f"the gateway answered {answer.status} to a delivery that it had accepted before")
    stand.reposted += 1
