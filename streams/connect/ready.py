"""What must be there before a connector runs."""

import asyncio

from aiokafka.admin import AIOKafkaAdminClient

from streams.connect.client import ConnectError
from topics.names import CONNECT_NOTIFICATIONS, CONNECT_SIGNALS, SHOP_CDC_CHANGES

_TIMEOUT_S = 20.0


async def require_topics(bootstrap: str) -> None:
    """ConnectError unless the connectors' topics are there: Connect would make them with partitions of its own."""
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            missing = {SHOP_CDC_CHANGES, CONNECT_SIGNALS, CONNECT_NOTIFICATIONS} - await _topics(bootstrap)
    except TimeoutError:
        raise ConnectError("Kafka does not answer: is it up, and is INLAND_KAFKA_BOOTSTRAP right?") from None
    if missing:
        raise ConnectError(f"Kafka has no topic {', '.join(sorted(missing))}: run `inland topics apply` first")


async def _topics(bootstrap: str) -> set[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, client_id="inland-connect")
    await admin.start()
    try:
        return set(await admin.list_topics())
    finally:
        await admin.close()
