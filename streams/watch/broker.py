"""Reads from Kafka what the watch has to know. Every call has a deadline."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment
from aiokafka.errors import KafkaError, for_code

from streams.log import logger
from streams.watch.view import GroupView, Member, PartitionView

_log = logger("watch")
_T = TypeVar("_T")
_TRIES = 3
_PAUSE_S = 0.2

Offsets = Mapping[TopicPartition, int]


class OffsetsMissingError(KafkaError):  # type: ignore[misc]  # aiokafka is untyped
    """The coordinator did not answer for every partition: it is just being moved, or loading."""


class Broker:
    """One connection for many questions. KafkaError or TimeoutError when Kafka does not answer."""

    def __init__(self, bootstrap: str, client_id: str, deadline_s: float) -> None:
        """Connects when first asked. `deadline_s`: the longest that one question may take, connecting included."""
        self._bootstrap, self._client_id, self._deadline_s = bootstrap, client_id, deadline_s
        self._clients: tuple[AIOKafkaAdminClient, AIOKafkaConsumer] | None = None

    async def look(self, groups: Mapping[str, Mapping[str, int]]) -> dict[str, GroupView]:
        """Each group over its topics, given with the partitions that one not on the broker should have.

        A group whose coordinator does not answer is left out.
        """
        async with asyncio.timeout(self._deadline_s):
            await self._connect()
            wanted = {topic: count for topics in groups.values() for topic, count in topics.items()}
            led = await self.partitions(wanted)
            present = [partition for found in led.values() for partition, has_leader in found.items() if has_leader]
            # Ends before committed offsets: what is acknowledged in between must not look like waiting.
            begins, ends = await self.begins(present), await self.ends(present)
            told = await asyncio.gather(*(self._group(name, groups[name], led, begins, ends) for name in groups))
        return {view.group: view for view in told if view is not None}

    async def partitions(self, topics: Mapping[str, int]) -> dict[str, dict[TopicPartition, bool]]:
        """By topic, each partition and whether it has a leader; a missing topic has none for as many as are wanted."""
        admin, _ = await self._connect()
        listed = await _tried(lambda: admin.describe_topics(None))
        leaders = {
            entry["topic"]: {part["partition"]: part["leader"] >= 0 for part in entry["partitions"]} for entry in listed
        }
        return {
            topic: {
                TopicPartition(topic, number): has_leader
                for number, has_leader in sorted((leaders.get(topic) or dict.fromkeys(range(count), False)).items())
            }
            for topic, count in topics.items()
        }

    async def begins(self, partitions: Sequence[TopicPartition]) -> Offsets:
        """First offset of each partition; all of them must have a leader."""
        _, consumer = await self._connect()
        found: Offsets = await consumer.beginning_offsets(list(partitions))
        return found

    async def ends(self, partitions: Sequence[TopicPartition]) -> Offsets:
        """End offset of each partition, i.e. of the next record; all of them must have a leader."""
        _, consumer = await self._connect()
        found: Offsets = await consumer.end_offsets(list(partitions))
        return found

    async def committed(self, group: str, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int | None]:
        """The group's committed offsets; None for a partition that it never committed."""
        admin, _ = await self._connect()
        told = await admin.list_consumer_group_offsets(group, partitions=list(partitions))
        # An error of the whole answer does not reach the caller; it shows as partitions that are not there.
        if missing := set(partitions) - set(told):
            raise OffsetsMissingError(f"{group}: no answer for {len(missing)} of {len(partitions)} partitions")
        return {partition: told[partition].offset if told[partition].offset >= 0 else None for partition in partitions}

    async def close(self) -> None:
        """Let the connection go; the next question makes another."""
        clients, self._clients = self._clients, None
        if clients is None:
            return
        admin, consumer = clients
        with contextlib.suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(self._deadline_s):
                await consumer.stop()
                await admin.close()

    async def _connect(self) -> tuple[AIOKafkaAdminClient, AIOKafkaConsumer]:
        if self._clients is None:
            timeout_ms = int(self._deadline_s * 1000)
            given = {
                "bootstrap_servers": self._bootstrap,
                "client_id": self._client_id,
                "request_timeout_ms": timeout_ms,
            }
            admin, consumer = AIOKafkaAdminClient(**given), AIOKafkaConsumer(group_id=None, **given)
            self._clients = admin, consumer
            try:
                await admin.start()
                await consumer.start()
            except BaseException:
                await self.close()
                raise
        return self._clients

    async def _group(
        self,
        name: str,
        topics: Iterable[str],
        led: Mapping[str, Mapping[TopicPartition, bool]],
        begins: Offsets,
        ends: Offsets,
    ) -> GroupView | None:
        partitions = [partition for topic in topics for partition in led[topic]]
        try:
            committed = await _tried(lambda: self.committed(name, partitions))
            state, members = await _tried(lambda: self._members(name))
        except KafkaError as error:
            _log.warning(
                "the group's coordinator does not answer", extra={"group": name, "error": type(error).__name__}
            )
            return None
        views = (
            PartitionView(tp.topic, tp.partition, begins.get(tp), ends.get(tp), committed[tp]) for tp in partitions
        )
        return GroupView(name, state, members, tuple(views))

    async def _members(self, group: str) -> tuple[str, tuple[Member, ...]]:
        admin, _ = await self._connect()
        # One group a question: aiokafka reads an answer about several with the schema of an older version.
        (answer,) = await admin.describe_consumer_groups([group])
        ((code, _, state, _, _, members, *_),) = answer.groups
        if code:
            raise for_code(code)(group)
        return state, tuple(
            Member(member_id, client_id, host, _assigned(assignment))
            for member_id, client_id, host, _, assignment in members
        )


def _assigned(assignment: bytes) -> frozenset[tuple[str, int]]:
    """What a member reads; Kafka tells nothing during a rebalance."""
    if not assignment:
        return frozenset()
    told = ConsumerProtocolMemberAssignment.decode(assignment)
    return frozenset((partition.topic, partition.partition) for partition in told.partitions())


async def _tried(call: Callable[[], Awaitable[_T]]) -> _T:
    """The answer; another try, of another broker, where the first was not ready or not in charge any more."""
    for _ in range(_TRIES - 1):
        try:
            return await call()
        except KafkaError:
            await asyncio.sleep(_PAUSE_S)
    return await call()
