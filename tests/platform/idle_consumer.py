"""`python -m tests.platform.idle_consumer <JSON>`: a member of a group, as a process of its own.

It takes what there is and commits, until it has a line on standard input: then it does nothing any more, while aiokafka
goes on heartbeating for it. Prints `ready` once it has its partitions.
"""

import asyncio
import json
import sys
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer


@dataclass(frozen=True, slots=True)
class Given:
    """What the test tells the process."""

    bootstrap: str
    group: str
    client_id: str
    topic: str


async def main(given: Given) -> None:
    """Consume until a line comes, then heartbeat until the process is ended."""
    consumer = AIOKafkaConsumer(
        given.topic,
        bootstrap_servers=given.bootstrap,
        group_id=given.group,
        client_id=given.client_id,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=6000,
        heartbeat_interval_ms=1000,
    )
    await consumer.start()
    told = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
    try:
        while not consumer.assignment():
            await consumer.getmany(timeout_ms=100)
        print("ready", flush=True)
        while not told.done():
            if await consumer.getmany(timeout_ms=200):
                await consumer.commit()
        print("idle", flush=True)
        await asyncio.Event().wait()
    finally:
        await consumer.stop()


if __name__ == "__main__":
    asyncio.run(main(Given(**json.loads(sys.argv[1]))))
