"""A captured shop without stages: the infrastructure, the connector, and everything that it brings."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count

import pymysql
from aiokafka import AIOKafkaConsumer, TopicPartition

from avro_schemas.codec import Codec
from avro_schemas.registry import Registry
from infra.local.components.connector import write_connectors
from infra.local.platform import Platform
from infra.local.secrets import secret
from infra.local.settings import HOST
from infra.local.shop.database import DatabaseSettings, create_schema
from streams.delivery.message import Message
from streams.sources.debezium import Change, parse
from tests.platform.commands import inland
from topics.names import SHOP_CDC_CHANGES

WAIT_S = 60.0


def capture(platform: Platform) -> None:
    """Bring up the infrastructure, the shop's tables and the connector."""
    platform.up(platform_only=True)
    done = inland(platform, "topics", "apply")
    assert done.returncode == 0, done.stderr
    captured_shop(platform)


def captured_shop(platform: Platform) -> None:
    """Make the shop's tables and have them captured, past the first snapshot; infrastructure and topics are there."""
    create_schema(
        DatabaseSettings(HOST, platform.settings.mariadb_port, "shop", platform.layout.secrets / "mariadb-shop", "shop")
    )
    write_connectors(platform.settings, platform.layout)
    done = inland(platform, "connect", "apply")
    assert done.returncode == 0, done.stderr
    asyncio.run(_past_the_snapshot(platform))


async def _past_the_snapshot(platform: Platform) -> None:
    """Write rows until one comes as a change and not as a part of the snapshot."""
    stand = await Captured.start(platform)
    try:
        async with asyncio.timeout(WAIT_S):
            for number in count(1):
                sql(platform, f"INSERT INTO wp_options (option_name, option_value) VALUES ('_capture_{number}', '')")
                await stand.take(1.0)
                if any(change.op == "c" for _, change in stand.changes):
                    return
    finally:
        await stand.stop()


def sql(platform: Platform, *statements: str, user: str = "root") -> list[tuple[object, ...]]:
    """Run statements as one of the server's users; the rows of the last."""
    connection = pymysql.connect(
        host=HOST,
        port=platform.settings.mariadb_port,
        user=user,
        password=secret(platform.layout, f"mariadb-{user}"),
        database="shop",
        charset="utf8mb4",
        autocommit=True,
        connect_timeout=10,
        read_timeout=30,
    )
    with closing(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall())


@dataclass(slots=True)
class Captured:
    """What has come into the topic of the changes, followed from its beginning."""

    platform: Platform
    consumer: AIOKafkaConsumer
    registry: Registry
    codec: Codec
    messages: list[Message] = field(default_factory=list)
    changes: list[tuple[Message, Change]] = field(default_factory=list)

    @classmethod
    async def start(cls, platform: Platform) -> "Captured":
        """Begin with the first record that the topic holds."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=platform.settings.kafka_bootstrap,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=8 * 1024 * 1024,
        )
        await consumer.start()
        partitions = [TopicPartition(SHOP_CDC_CHANGES, number) for number in (0, 1)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        registry = Registry(platform.settings.registry_url)
        return cls(platform, consumer, registry, Codec({}, registry.fetch))

    async def stop(self) -> None:
        """Let go of Kafka and the registry."""
        await self.consumer.stop()
        self.registry.__exit__()

    async def until(self, wanted: Callable[[Change], bool], least: int = 1) -> list[tuple[Message, Change]]:
        """Wait until `least` changes are as wanted: all that are, in the order in which they came."""
        async with asyncio.timeout(WAIT_S):
            while len(found := [pair for pair in self.changes if wanted(pair[1])]) < least:
                await self.take(0.5)
        return found

    async def take(self, within_s: float) -> None:
        """Take what has come, waiting a moment for something to come."""
        for records in (await self.consumer.getmany(timeout_ms=int(within_s * 1000))).values():
            for message in map(Message.of, records):
                self.messages.append(message)
                change = parse(message, self.codec)
                if change is not None:
                    self.changes.append((message, change))
