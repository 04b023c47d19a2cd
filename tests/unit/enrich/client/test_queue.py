"""Places go to checkout before batch, in order; each wait ends in time; none is ever lost."""

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.enrich.client.queue import PlaceQueue
from streams.enrich.client.request import Priority


class Places:
    def __init__(self, count: int) -> None:
        self.free = count
        self.queue: PlaceQueue[int] = PlaceQueue(self.take, lambda _: self.back())

    def take(self) -> int | None:
        if not self.free:
            return None
        self.free -= 1
        return 1

    def back(self) -> None:
        self.free += 1

    def release(self) -> None:
        self.back()
        self.queue.wake()


async def test_checkout_goes_before_batch_and_each_in_the_order_of_arrival() -> None:
    places, served = Places(1), list[str]()

    async def wait(name: str, priority: Priority) -> None:
        await places.queue.place(priority, 5.0)
        served.append(name)
        places.release()

    await places.queue.place("batch", 5.0)
    arrivals: list[tuple[str, Priority]] = [("b1", "batch"), ("c1", "checkout"), ("b2", "batch"), ("c2", "checkout")]
    async with asyncio.TaskGroup() as group:
        for name, priority in arrivals:
            group.create_task(wait(name, priority))
            await asyncio.sleep(0)
        places.release()
    assert served == ["c1", "c2", "b1", "b2"]


async def test_a_wait_ends_at_its_deadline_and_the_place_goes_to_the_next() -> None:
    places = Places(1)
    await places.queue.place("batch", 1.0)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        await places.queue.place("checkout", 0.05)
    assert 0.04 < time.monotonic() - began < 0.5
    places.release()
    assert await places.queue.place("batch", 0.05) == 1


async def test_everybody_is_sent_away_when_no_place_will_come() -> None:
    places = Places(0)
    waits = [asyncio.ensure_future(places.queue.place("batch", 5.0)) for _ in range(3)]
    await asyncio.sleep(0)
    places.queue.fail(lambda: LookupError("away"))
    assert {type(end) for end in await asyncio.gather(*waits, return_exceptions=True)} == {LookupError}
    assert places.queue.depth("batch") == 0


async def test_a_place_given_in_the_moment_of_cancelling_goes_to_the_next() -> None:
    places = Places(1)
    await places.queue.place("batch", 1.0)
    first, second = (asyncio.ensure_future(places.queue.place("batch", 1.0)) for _ in range(2))
    await asyncio.sleep(0)
    places.release()  # the first is served, and does not know yet
    first.cancel()
    assert await second == 1
    assert first.cancelled()
    places.release()
    assert places.free == 1


steps = st.lists(
    st.tuples(st.sampled_from(["ask", "cancel", "release", "run", "expire"]), st.integers(0, 9)), max_size=60
)


@given(steps, st.integers(1, 4))
def test_whoever_is_cancelled_whenever_no_place_is_lost(done: list[tuple[str, int]], count: int) -> None:
    async def play() -> None:
        places, waits, held = Places(count), list[asyncio.Future[int]](), 0

        def settle() -> int:
            over = [wait for wait in waits if wait.done()]
            waits[:] = [wait for wait in waits if not wait.done()]
            return sum(not wait.cancelled() and wait.exception() is None for wait in over)

        for step, which in done:
            match step:
                case "ask":
                    waits.append(asyncio.ensure_future(places.queue.place(("checkout", "batch")[which % 2], 60.0)))
                case "expire":
                    waits.append(asyncio.ensure_future(places.queue.place("batch", 0.0)))
                case "cancel" if waits:
                    waits[which % len(waits)].cancel()
                case "release" if held:
                    held -= 1
                    places.release()
                case _:
                    await asyncio.sleep(0)
            held += settle()
            assert 0 <= held <= count
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
        held += settle()
        assert places.free + held == count
        assert places.queue.depth("checkout") == places.queue.depth("batch") == 0

    asyncio.run(play())
