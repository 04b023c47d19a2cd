"""The partitions of a worker on their way through its stages, each in a lane of its own.

Faust's consumer puts whole fetches in (streams.delivery.consumer); Faust's agents take lanes up and work through them.
A lane is worked on by one task at a time, so that its order holds; lanes run side by side, so that one whose stage
waits holds up no other. Where topics share a table, their lanes of one partition number take turns, batch by batch. A
full lane is not fetched for until it has room again: memory is bounded, and Kafka keeps the rest.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, cast

from faust.types import TP

from streams.delivery.message import Message
from streams.log import logger

_log = logger("lanes")
_MAX_BYTES = 8_388_608

Work = Callable[[Sequence[Message]], Awaitable[int]]
"""Works on messages of one partition; returns how many of them, from the first, may be acknowledged."""
Acknowledge = Callable[[TP, int], None]
"""Called with a partition and the next offset to read, when all before it is done."""
Offer = Callable[["Lane"], bool]
"""Has the stage's agent take a lane up; False when nobody is there to take it."""


class Shared(Protocol):
    """What the lanes of one partition number have in common (streams.delivery.turns)."""

    def turn(self, partition: int) -> AbstractAsyncContextManager[Any]:
        """To be held by whatever works on the partition; given in the order in which it was asked for."""

    def serves(self, partition: int) -> bool:
        """Whether the partition's state is here."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where the records of a topic go: to the stage's agent, the most it takes at once, and the state it works on."""

    offer: Offer
    size: int
    shared: Shared | None = None


class Lane:
    """One partition for as long as it is assigned: what was read and is not done yet."""

    def __init__(self, tp: TP, route: Route) -> None:
        self.tp = tp
        self.route = route
        self.closed = False
        self.taken_up = False
        """Whether an agent works on it, or soon will."""
        self._waiting: deque[Message] = deque()
        self._bytes = 0
        self._next = -1

    def __repr__(self) -> str:
        return f"<lane {self.tp.topic}[{self.tp.partition}], {len(self._waiting)} waiting>"

    @property
    def homeless(self) -> bool:
        """Whether the state that its records need is not here."""
        shared = self.route.shared
        return shared is not None and not shared.serves(self.tp.partition)

    def turn(self) -> AbstractAsyncContextManager[Any]:
        """To be held while a batch is under way."""
        shared = self.route.shared
        return nullcontext() if shared is None else shared.turn(self.tp.partition)

    @property
    def full(self) -> bool:
        """Whether no more should be fetched for it."""
        return len(self._waiting) >= self.route.size or self._bytes >= _MAX_BYTES

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting

    def put(self, records: Sequence[Any]) -> None:
        """Take a fetch in. What was in already is left out: a seek back to the committed offset reads it again."""
        for record in records:
            if record.offset >= self._next:
                self._waiting.append(Message.of(record))
                self._bytes += len(record.value or b"")
        if records:
            self._next = max(self._next, records[-1].offset + 1)

    def peek(self) -> list[Message]:
        """The next batch; it stays in until `drop`."""
        return list(islice(self._waiting, self.route.size))

    def drop(self, number: int) -> Message:
        """The first `number` are done; returns the last of them."""
        for _ in range(number):
            last = self._waiting.popleft()
            self._bytes -= len(last.value or b"")
        return last


class Lanes:
    """All lanes of a worker; they come with the first record of a partition and go with the next rebalance."""

    def __init__(self, acknowledge: Acknowledge) -> None:
        self.room = asyncio.Event()
        """Set when a lane that was full has room again."""
        self._acknowledge = acknowledge
        self._routes: dict[str, Route] = {}
        self._lanes: dict[TP, Lane] = {}
        self._working: set[asyncio.Task[None]] = set()
        self._releases: list[Callable[[], None]] = []

    def route(self, topics: Sequence[str], route: Route) -> None:
        """Send the records of these topics this way."""
        self._routes.update(dict.fromkeys(topics, route))

    def takes(self, topic: str) -> bool:
        """Whether the topic is a source of one of the stages; if not, it is a changelog."""
        return topic in self._routes

    def full(self, tp: TP) -> bool:
        """Whether nothing should be fetched for the partition now."""
        lane = self._lanes.get(tp)
        return lane is not None and lane.full

    def put(self, records: Mapping[TP, Sequence[Any]]) -> None:
        """Take fetches in, and have agents take up the lanes that were idle.

        All at once: if a rebalance could come between two partitions, the rest of the fetch would open lanes anew,
        behind records that were given up.
        """
        for tp, some in records.items():
            lane = self._lanes.get(tp)
            if lane is None:
                lane = self._lanes[tp] = Lane(tp, self._routes[tp.topic])
            lane.put(some)
            if not lane.taken_up and not lane.empty:
                lane.taken_up = lane.route.offer(lane)

    async def run(self, lane: Lane, work: Work) -> None:
        """Work through a lane until nothing waits in it, or it is closed. Raises what `work` raises."""
        with self.under_way():
            while not (lane.closed or lane.empty):
                async with lane.turn():
                    if lane.closed:
                        break
                    if lane.homeless:
                        self._say_homeless(lane)
                        return
                    last = lane.drop(await work(lane.peek()))
                    self._acknowledge(lane.tp, last.offset + 1)
                self.room.set()
        lane.taken_up = False

    def _say_homeless(self, lane: Lane) -> None:
        """It stays taken up, and so untouched, until the rebalance that brings records and state together again."""
        place = {"place": f"{lane.tp.topic}[{lane.tp.partition}]"}
        _log.warning(
            "the partition waits: its table's is not here; do all workers of the group read the same topics, of equal "
            "partition counts?",
            extra=place,
        )

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """The current task works on a partition while the block runs: it is waited for before partitions go."""
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._working.add(task)
        try:
            yield
        finally:
            self._working.discard(task)

    def before_drain(self, release: Callable[[], None]) -> None:
        """Have `release` called when partitions begin to go."""
        self._releases.append(release)

    async def drain(self, within_s: float) -> None:
        """Let the batches under way end, at most so long, then give them up: nothing of these is acknowledged.

        Afterwards there are no lanes: whoever owns the partitions next reads on from what was acknowledged.
        """
        for release in self._releases:
            release()
        for lane in self._lanes.values():
            lane.closed = True
        self._lanes.clear()
        working = self._working - {asyncio.current_task()}
        if not working:
            return
        _, late = await asyncio.wait(working, timeout=within_s)
        for task in late:
            task.cancel()
        if late:
            _log.warning("batches given up: the partitions go", extra={"batches": len(late), "after_s": within_s})
            await asyncio.wait(late, timeout=within_s)
