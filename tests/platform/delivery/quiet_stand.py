"""The stand of the worker that tells when keys are quiet: two topics, one table, timers."""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment

from infra.local.platform import Platform
from tests.platform.delivery.stand import PATIENCE_S, Stand

Told = dict[str, dict[int, int]]
"""By key: the highest numbers' sum that was told with each count."""


@dataclass(slots=True)
class QuietStand(Stand):
    """Its workers read `source` and `other`; those started while `reads_other` is False, the first alone."""

    reads_other: bool = True

    @property
    def other(self) -> str:
        """The second topic that the workers read."""
        return f"{self.app}.other"

    def topics(self) -> dict[str, dict[str, str]]:
        """See Stand."""
        return {self.source: {}, self.other: {}, self.target: {}, self.changelog: {"cleanup.policy": "compact"}}

    def command(self) -> list[str]:
        """See Stand."""
        module = "tests.platform.delivery.quiet_worker"
        sources = [self.source, self.other] if self.reads_other else [self.source]
        return [sys.executable, "-m", module, self.app, self.target, *sources]

    async def told(self) -> Told:
        """What the outputs tell; AssertionError when one identity stands for two contents."""
        found: Told = {}
        async for message in self.outputs():
            told, key = orjson.loads(message.value or b"{}"), (message.key or b"").decode()
            assert told["id"] == f"{key}:{told['count']}"
            before = found.setdefault(key, {}).setdefault(told["count"], told["highest"])
            assert before == told["highest"], "a repetition that differs"
        return found

    async def until_told(self, keys: int, count: int) -> Told:
        """Wait until the outputs tell this count of every key, and return what they tell."""
        ends = time.monotonic() + PATIENCE_S
        while True:
            found = await self.told()
            if len(found) == keys and all(count in counts for counts in found.values()):
                return found
            latest = sorted({max(counts) for counts in found.values()})
            assert time.monotonic() < ends, f"{len(found)} of {keys} keys, latest counts {latest[:5]}"
            self.none_has_failed()
            await asyncio.sleep(0.3)

    async def until_kept(self, records: int) -> None:
        """Wait until the changelog holds so many records."""
        await self.until_written(records, self.changelog)

    async def partitions_by_member(self) -> list[dict[str, set[int]]]:
        """What each member of the group has been assigned, by topic."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.platform.settings.kafka_bootstrap)
        await admin.start()
        try:
            (response,) = await admin.describe_consumer_groups([f"inland-{self.app}"])
        finally:
            await admin.close()
        members = response.groups[0][5]
        decoded = [ConsumerProtocolMemberAssignment.decode(assignment) for *_, assignment in members]
        return [{topic: set(partitions) for topic, partitions in one.assignment} for one in decoded]


@contextmanager
def quiet_stand_on(platform: Platform, folder: Path) -> Iterator[QuietStand]:
    """A stand whose workers end with the block."""
    own = QuietStand(platform, folder)
    asyncio.run(own.create())
    try:
        yield own
    finally:
        own.end()
