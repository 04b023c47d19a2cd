"""A region's calls go to its least busy server; what is down is left out; a changed model is noticed."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from streams.delivery.failure import UnavailableError
from streams.enrich.client import Bounds, ModelInfo, RegionClient, Request
from streams.enrich.client.breaker import FAILURES
from streams.metrics import MODEL_CHANGES
from streams.residency.endpoints import ModelEndpoint
from tests.unit.enrich.client.answers import always, client_for, engine, request, tgi
from tests.unit.enrich.client.server import INFO, Asked, reply, serving


class Gate:
    """A behaviour that answers when it is let."""

    def __init__(self) -> None:
        self.waiting = 0
        self.open = asyncio.Event()
        self.arrived = asyncio.Semaphore(0)

    async def __call__(self, _: Asked, writer: asyncio.StreamWriter) -> None:
        self.waiting += 1
        self.arrived.release()
        await self.open.wait()
        await reply(writer, tgi())


async def until_waiting(client: RegionClient, count: int) -> None:
    async with asyncio.timeout(30):
        while client._queue.depth("batch") < count:  # noqa: ASYNC110  # the queue tells nobody
            await asyncio.sleep(0.001)


async def test_calls_are_spread_over_the_servers_by_how_many_each_has() -> None:
    gates = [Gate(), Gate(), Gate()]
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(serving(gate)) for gate in gates]
        client = await stack.enter_async_context(client_for(*(ModelEndpoint(url=one.url) for one in servers)))
        calls = [asyncio.ensure_future(client.attempt(request())) for _ in range(9)]
        for gate in gates:
            for _ in range(3):
                await gate.arrived.acquire()
        assert [gate.waiting for gate in gates] == [3, 3, 3]
        for gate in gates:
            gate.open.set()
        replies = await asyncio.gather(*calls)
    assert {one.endpoint for one in replies} == {server.url for server in servers}


async def test_a_server_that_is_down_is_left_out_and_the_other_answers() -> None:
    async with serving(always(tgi())) as gone:
        pass
    async with (
        serving(always(tgi())) as up,
        client_for(ModelEndpoint(url=gone.url), ModelEndpoint(url=up.url)) as client,
    ):
        replies = [await client.attempt(request()) for _ in range(20)]
    assert {(one.outcome, one.endpoint) for one in replies} == {("answered", up.url)}


async def test_when_all_are_down_no_attempt_is_made() -> None:
    async with serving(always(tgi())) as gone:
        pass
    async with client_for(ModelEndpoint(url=gone.url)) as client:
        for ask in (client.attempt(request()), client.info()):
            with pytest.raises(UnavailableError, match="the model server of eu does not answer"):
                await ask


async def test_failures_in_a_row_have_the_server_left_alone_and_who_waits_is_told_at_once() -> None:
    failing = Gate()

    async def fail(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await failing.open.wait()
        await reply(writer, b"", status=503)

    async with engine(fail, bounds=Bounds(concurrency=FAILURES)) as (server, client):
        calls = [asyncio.ensure_future(client.attempt(request())) for _ in range(5 * FAILURES)]
        await until_waiting(client, 4 * FAILURES)
        failing.open.set()
        ends = await asyncio.gather(*calls, return_exceptions=True)
        with pytest.raises(UnavailableError):
            await client.attempt(request())
    # How many of the waiting still got a place depends on how late the fifth failure came; nobody waits on.
    assert len(server.asked) < 3 * FAILURES
    assert any(isinstance(end, UnavailableError) for end in ends)


async def test_a_full_server_is_not_taken_for_a_dead_one() -> None:
    async with engine(always(b"", 429)) as (_, client):
        replies = [await client.attempt(request()) for _ in range(3 * FAILURES)]
        assert client._replicas[0].limit.value < 16
    assert {one.outcome for one in replies} == {"overloaded"}


async def test_checkout_gets_the_next_place_before_batch() -> None:
    order: list[str] = []

    async def slowly(asked: Asked, writer: asyncio.StreamWriter) -> None:
        order.append(asked.json["inputs"])
        await asyncio.sleep(0.01)
        await reply(writer, tgi())

    async with engine(slowly, bounds=Bounds(concurrency=1)) as (_, client):
        plain = request()
        batch = [asyncio.ensure_future(client.attempt(plain)) for _ in range(4)]
        await until_waiting(client, 3)
        await client.attempt(Request("urgent", plain.parameters, "checkout", 60.0))
        await asyncio.gather(*batch)
    assert order.index("urgent") == 1


async def test_a_call_that_is_cancelled_frees_its_place_and_counts_for_no_failure() -> None:
    gate = Gate()
    async with engine(gate, bounds=Bounds(concurrency=1)) as (_, client):
        for _ in range(2 * FAILURES):
            call = asyncio.ensure_future(client.attempt(request()))
            await gate.arrived.acquire()
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
        gate.open.set()
        assert (await client.attempt(request())).outcome == "answered"


async def test_the_server_s_own_limit_bounds_what_it_is_sent() -> None:
    async with engine(always(tgi())) as (server, client):
        server.info["/info"] = (200, {**INFO, "max_concurrent_requests": 3})
        await client.info()
        assert client._replicas[0].limit.value == 3


async def test_a_model_that_changes_under_us_is_noticed_and_recorded() -> None:
    changes: list[tuple[ModelInfo, ModelInfo]] = []
    counted = MODEL_CHANGES.labels("eu")
    before = counted._value.get()
    async with engine(always(tgi()), bounds=Bounds(info_every_s=0.0)) as (server, client):
        client._told = lambda _, was, now: changes.append((was, now))
        first = await client.attempt(request())
        server.info["/info"] = (200, {**INFO, "model_sha": "sha-2"})
        second = await client.attempt(request())
    assert first.model is not None
    assert second.model is not None
    assert (first.model.model_sha, second.model.model_sha) == ("sha-1", "sha-2")
    assert [(was.model_sha, now.model_sha) for was, now in changes] == [("sha-1", "sha-2")]
    assert counted._value.get() == before + 1


async def test_after_an_outage_the_server_is_asked_again_what_it_serves() -> None:
    statuses = [503, 200]

    async def first_badly(_: Asked, writer: asyncio.StreamWriter) -> None:
        await reply(writer, tgi(), status=statuses.pop(0))

    async with engine(first_badly) as (server, client):
        await client.attempt(request())
        assert len(server.told) == 1
        await client.attempt(request())
        assert len(server.told) == 2


async def test_many_calls_at_the_start_ask_once_what_the_server_serves() -> None:
    async with engine(always(tgi())) as (server, client):
        await asyncio.gather(*(client.attempt(request()) for _ in range(30)))
    assert len(server.told) == 1


async def test_a_look_that_is_due_does_not_hold_calls_up() -> None:
    async with engine(always(tgi()), bounds=Bounds(info_every_s=30.0)) as (server, client):
        await client.info()
        serving_ = client._replicas[0]._serving
        serving_._asked_at -= 31.0
        await client.attempt(request())
        assert serving_._ahead is not None
        await serving_._ahead
    assert len(server.told) == 2


def test_a_region_without_a_server_is_refused() -> None:
    with pytest.raises(ValueError, match="region eu has no endpoint"):
        RegionClient("eu", [], Bounds())
