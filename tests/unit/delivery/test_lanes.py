"""Partitions side by side, each in its own order, bounded, and given up when they go."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP
from hypothesis import given
from hypothesis import strategies as st

from streams.delivery.lanes import Lane, Lanes, Route
from streams.delivery.message import Message

P0, P1 = TP("some.topic", 0), TP("some.topic", 1)


def record(tp: TP, offset: int, value: bytes = b"v") -> Any:
    return SimpleNamespace(
        topic=tp.topic, partition=tp.partition, offset=offset, key=None, value=value, timestamp=1, headers=()
    )


def records(tp: TP, *offsets: int) -> list[Any]:
    return [record(tp, offset) for offset in offsets]


class Stand:
    """Lanes with an agent that works them as they come; `work` may be replaced."""

    def __init__(self, size: int = 10) -> None:
        self.done: list[tuple[int, list[int]]] = []
        self.acknowledged: list[tuple[TP, int]] = []
        self.lanes = Lanes(lambda tp, offset: self.acknowledged.append((tp, offset)))
        self.channel: asyncio.Queue[Lane] = asyncio.Queue()
        self.lanes.route(["some.topic"], Route(self.offer, size))
        self.gate = asyncio.Event()
        self.gate.set()

    def offer(self, lane: Lane) -> bool:
        self.channel.put_nowait(lane)
        return True

    async def work(self, messages: Sequence[Message]) -> int:
        await self.gate.wait()
        self.done.append((messages[0].partition, [message.offset for message in messages]))
        return len(messages)

    async def agent(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(self.lanes.run(await self.channel.get(), self.work))


@pytest.fixture
async def stand() -> Any:
    own = Stand()
    agent = asyncio.create_task(own.agent())
    yield own
    agent.cancel()
    await asyncio.wait({agent})


async def settled(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - a condition of the stand, not of one lane
            await asyncio.sleep(0)


async def test_what_is_acknowledged_is_the_offset_behind_the_last_that_is_done(stand: Stand) -> None:
    stand.lanes.put({P0: records(P0, 3, 4, 7)})
    await settled(lambda: stand.acknowledged)
    assert stand.acknowledged == [(P0, 8)]


async def test_a_batch_that_is_done_in_part_is_acknowledged_in_part(stand: Stand) -> None:
    async def half(messages: Sequence[Message]) -> int:
        stand.done.append((0, [message.offset for message in messages]))
        return (len(messages) + 1) // 2

    stand.work = half  # type: ignore[method-assign]
    stand.lanes.put({P0: records(P0, 0, 1, 2, 3)})
    await settled(lambda: (P0, 4) in stand.acknowledged)
    assert [offsets for _, offsets in stand.done] == [[0, 1, 2, 3], [2, 3], [3]]
    assert stand.acknowledged == [(P0, 2), (P0, 3), (P0, 4)]


async def test_a_lane_that_waits_holds_up_no_other(stand: Stand) -> None:
    async def only_one(messages: Sequence[Message]) -> int:
        if messages[0].partition == 0:
            await asyncio.Event().wait()
        return len(messages)

    stand.work = only_one  # type: ignore[method-assign]
    stand.lanes.put({P0: records(P0, 0), P1: records(P1, 0, 1)})
    await settled(lambda: stand.acknowledged)
    assert stand.acknowledged == [(P1, 2)]


async def test_what_comes_while_a_batch_is_under_way_is_the_next_batch(stand: Stand) -> None:
    stand.gate.clear()
    stand.lanes.put({P0: records(P0, 0, 1)})
    await asyncio.sleep(0.01)
    stand.lanes.put({P0: records(P0, 2)})
    stand.lanes.put({P0: records(P0, 3)})
    stand.gate.set()
    await settled(lambda: (P0, 4) in stand.acknowledged)
    assert stand.done == [(0, [0, 1]), (0, [2, 3])]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), max_size=10))
def test_whatever_is_read_again_each_offset_stands_in_the_lane_once_and_in_order(
    fetches: list[tuple[int, int]],
) -> None:
    lane, end = Lane(P0, Route(lambda lane: True, 1000)), 0
    for first, length in fetches:
        start = min(first, end)  # a seek goes back, never forward
        lane.put(records(P0, *range(start, start + length)))
        end = max(end, start + length)
    assert [message.offset for message in lane.peek()] == list(range(end))


def test_a_lane_is_full_by_number_and_by_bytes() -> None:
    by_number, by_bytes = Lane(P0, Route(lambda lane: True, 2)), Lane(P0, Route(lambda lane: True, 1000))
    by_number.put(records(P0, 0, 1))
    by_bytes.put([record(P0, 0, b"x" * 8_388_608)])
    assert by_number.full
    assert by_bytes.full
    by_bytes.drop(1)
    assert not by_bytes.full


async def test_a_full_lane_is_not_fetched_for_until_it_has_room(stand: Stand) -> None:
    stand.gate.clear()
    stand.lanes.put({P0: records(P0, *range(10))})
    assert stand.lanes.full(P0)
    assert not stand.lanes.full(P1)
    stand.gate.set()
    async with asyncio.timeout(5):
        await stand.lanes.room.wait()
    assert not stand.lanes.full(P0)


async def test_when_partitions_go_the_batch_under_way_is_ended_and_the_rest_left(stand: Stand) -> None:
    stand.gate.clear()
    stand.lanes.put({P0: records(P0, 0, 1)})
    await asyncio.sleep(0.01)
    stand.lanes.put({P0: records(P0, 2, 3)})
    draining = asyncio.create_task(stand.lanes.drain(5))
    await asyncio.sleep(0)
    stand.gate.set()
    await draining
    assert stand.acknowledged == [(P0, 2)]


async def test_a_batch_that_does_not_end_is_given_up_and_not_acknowledged(stand: Stand) -> None:
    stand.gate.clear()
    stand.lanes.put({P0: records(P0, 0, 1)})
    await asyncio.sleep(0.01)
    await stand.lanes.drain(0.01)
    stand.gate.set()
    await asyncio.sleep(0.01)
    assert stand.acknowledged == []


async def test_after_partitions_went_their_lanes_begin_anew(stand: Stand) -> None:
    stand.lanes.put({P0: records(P0, 0, 1, 2)})
    await settled(lambda: stand.acknowledged)
    await stand.lanes.drain(5)
    stand.lanes.put({P0: records(P0, 1, 2)})
    await settled(lambda: len(stand.done) == 2)
    assert stand.done == [(0, [0, 1, 2]), (0, [1, 2])]


async def test_a_failure_reaches_whoever_runs_the_lane() -> None:
    lanes = Lanes(lambda tp, offset: None)
    lane = Lane(P0, Route(lambda lane: True, 10))
    lane.put(records(P0, 0))

    async def fails(messages: Sequence[Message]) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await lanes.run(lane, fails)


def test_a_lane_does_not_show_its_records() -> None:
    lane = Lane(P0, Route(lambda lane: True, 10))
    lane.put([record(P0, 0, b"secret")])
    assert "secret" not in repr(lane)


async def test_a_lane_that_nobody_took_is_offered_again() -> None:
    offered: list[Lane] = []

    def offer(lane: Lane) -> bool:
        offered.append(lane)
        return len(offered) > 1

    lanes = Lanes(lambda tp, offset: None)
    lanes.route(["some.topic"], Route(offer, 10))
    for offset in range(3):
        lanes.put({P0: records(P0, offset)})
    assert len(offered) == 2
