"""Topics of one state take turns by partition number: one at a time, fairly, and only where the state is."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from faust.types import TP

from streams.delivery.lanes import Lane, Lanes, Route
from streams.delivery.message import Message
from streams.delivery.turns import Turns
from tests.unit.delivery.test_lanes import records, settled

ORDERS, NOTES = TP("orders", 0), TP("notes", 0)


class Served:
    """As much of a table as turns look at."""

    def __init__(self, *partitions: int) -> None:
        self.partitions = partitions

    def serves(self, partition: int) -> bool:
        """As streams.delivery.table.Table."""
        return partition in self.partitions


class Stand:
    """Two topics with one state, in small batches; `under_way` counts what runs at a time by partition number."""

    def __init__(self, *served: int) -> None:
        self.acknowledged: list[tuple[TP, int]] = []
        self.lanes = Lanes(lambda tp, offset: self.acknowledged.append((tp, offset)))
        self.channel: asyncio.Queue[Lane] = asyncio.Queue()
        self.turns = Turns(cast(Any, Served(*served)))
        self.lanes.route(["orders", "notes"], Route(self.offer, 2, self.turns))
        self.under_way: Counter[int] = Counter()
        self.most: Counter[int] = Counter()
        self.order: list[tuple[str, int]] = []
        self.parked: set[TP] = set()

    def offer(self, lane: Lane) -> bool:
        self.channel.put_nowait(lane)
        return True

    async def work(self, messages: Sequence[Message]) -> int:
        tp = TP(messages[0].topic, messages[0].partition)
        self.under_way[tp.partition] += 1
        self.most[tp.partition] = max(self.most[tp.partition], self.under_way[tp.partition])
        self.most[-1] = max(self.most[-1], self.under_way.total())
        try:
            await asyncio.sleep(0.001)
            while tp in self.parked:  # noqa: ASYNC110 - the test ends it
                await asyncio.sleep(0.001)
            self.order.append((tp.topic, messages[0].offset))
        finally:
            self.under_way[tp.partition] -= 1
        return len(messages)

    @asynccontextmanager
    async def agent(self) -> AsyncIterator[None]:
        async def body() -> None:
            async with asyncio.TaskGroup() as group:
                while True:
                    group.create_task(self.lanes.run(await self.channel.get(), self.work))

        task = asyncio.create_task(body())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})


async def test_one_partition_number_is_worked_on_by_one_at_a_time_and_others_beside_it() -> None:
    stand = Stand(0, 1)
    async with stand.agent():
        stand.lanes.put(
            {
                TP(topic, number): records(TP(topic, number), *range(6))
                for topic in ("orders", "notes")
                for number in (0, 1)
            }
        )
        await settled(lambda: len(stand.order) == 12)
    assert (stand.most[0], stand.most[1], stand.most[-1]) == (1, 1, 2)


async def test_a_long_backlog_of_one_topic_does_not_keep_the_other_waiting() -> None:
    stand = Stand(0)
    async with stand.agent():
        stand.lanes.put({ORDERS: records(ORDERS, *range(100))})
        await settled(lambda: len(stand.order) == 3)
        stand.lanes.put({NOTES: records(NOTES, 0, 1, 2, 3)})
        await settled(lambda: ("notes", 2) in stand.order)
    before = [topic for topic, _ in stand.order[: stand.order.index(("notes", 2))]]
    assert before.count("orders") <= 3 + 3, "turn about, behind the batch that was under way"


async def test_a_batch_that_waits_holds_its_partition_number_and_no_other() -> None:
    stand = Stand(0, 1)
    stand.parked.add(ORDERS)
    elsewhere = TP("notes", 1)
    async with stand.agent():
        stand.lanes.put({ORDERS: records(ORDERS, 0)})
        await settled(lambda: stand.under_way[0])
        stand.lanes.put({NOTES: records(NOTES, 0), elsewhere: records(elsewhere, 0)})
        await settled(lambda: stand.acknowledged)
        assert stand.acknowledged == [(elsewhere, 1)]
        stand.parked.clear()
        await settled(lambda: len(stand.acknowledged) == 3)
    assert stand.acknowledged == [(elsewhere, 1), (ORDERS, 1), (NOTES, 1)]


async def test_when_partitions_go_what_waits_for_its_turn_is_left_and_not_worked_on() -> None:
    stand = Stand(0)
    stand.parked.add(ORDERS)
    async with stand.agent():
        stand.lanes.put({ORDERS: records(ORDERS, 0)})
        await settled(lambda: stand.under_way[0])
        stand.lanes.put({NOTES: records(NOTES, 0)})
        await asyncio.sleep(0.01)
        draining = asyncio.create_task(stand.lanes.drain(5))
        await asyncio.sleep(0.01)
        stand.parked.clear()
        await draining
    assert stand.acknowledged == [(ORDERS, 1)]


async def test_a_batch_that_is_given_up_gives_its_turn_back() -> None:
    stand = Stand(0)
    stand.parked.add(ORDERS)
    async with stand.agent():
        stand.lanes.put({ORDERS: records(ORDERS, 0)})
        await settled(lambda: stand.under_way[0])
        await stand.lanes.drain(0.01)
        stand.lanes.put({NOTES: records(NOTES, 0)})
        await settled(lambda: stand.acknowledged)
    assert stand.acknowledged == [(NOTES, 1)]


async def test_records_whose_state_is_with_another_worker_wait_and_it_is_said(caplog: pytest.LogCaptureFixture) -> None:
    stand = Stand(1)
    elsewhere = TP("orders", 1)
    async with stand.agent():
        stand.lanes.put({ORDERS: records(ORDERS, 0), elsewhere: records(elsewhere, 0)})
        await settled(lambda: stand.acknowledged)
        stand.lanes.put({ORDERS: records(ORDERS, 1)})
        await asyncio.sleep(0.02)
    assert stand.acknowledged == [(elsewhere, 1)]
    assert caplog.text.count("the partition waits") == 1
    assert stand.lanes.full(ORDERS), "it is not fetched for any more"
