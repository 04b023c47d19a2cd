"""When Kafka slows the answer is 503 at once, and nothing piles up."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from streams.sources.gateway.backpressure import Backpressure, Bounds
from streams.sources.gateway.rejected import Rejected
from tests.unit.sources.gateway.stand import BODY_LIMIT, HOST, LIMITS, SECRET, Stand, signed, standing, write_shops


def _body(number: int) -> bytes:
    return b'{"id":%d}' % number


async def _fill(stand: Stand, number: int) -> list["asyncio.Task[tuple[int, dict[str, str]]]"]:
    stand.broker.gate = asyncio.Event()
    posts = [asyncio.create_task(stand.post(_body(one))) for one in range(1, number + 1)]
    await stand.until_waiting(number)
    return posts


async def test_over_the_bound_of_the_queue_the_answer_is_503_at_once_and_says_when_to_ask_again(stand: Stand) -> None:
    posts = await _fill(stand, LIMITS.bounds.waiting)
    url = f"http://{HOST}:{stand.port}/webhooks/demo"
    async with stand.client.post(url, data=_body(99), headers=signed(_body(99))) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
        assert (await answer.json())["error"] == "queue_full"
    assert (await stand.get("/ready"))[0] == 503
    assert (await stand.get("/health"))[0] == 200
    assert stand.broker.gate is not None
    stand.broker.gate.set()
    assert {(await post)[0] for post in posts} == {200}
    assert (await stand.get("/ready"))[0] == 200


async def test_an_old_unconfirmed_delivery_has_new_ones_refused(shops_file: Path) -> None:
    async with standing(shops_file, stall_s=0.05) as stand:
        (post,) = await _fill(stand, 1)
        await stand.until_answered("/ready", 503)
        assert (await stand.post(_body(99)))[1]["error"] == "broker_slow"
        assert stand.broker.gate is not None
        stand.broker.gate.set()
        assert (await post)[0] == 200
        assert (await stand.post(_body(99)))[0] == 200


async def test_a_ping_is_answered_while_nothing_else_is(stand: Stand) -> None:
    posts = await _fill(stand, LIMITS.bounds.waiting)
    assert (await stand.send(b"webhook_id=5", {}))[0] == 200
    assert stand.broker.gate is not None
    stand.broker.gate.set()
    await asyncio.gather(*posts)


async def test_bodies_find_no_more_room_than_there_is(shops_file: Path) -> None:
    async with standing(shops_file, bounds=Bounds(waiting=100, held_bytes=2 * BODY_LIMIT, stall_s=5.0)) as stand:
        stand.broker.gate = asyncio.Event()
        padding = b" " * (BODY_LIMIT - 100)
        posts = [asyncio.create_task(stand.post(_body(one) + padding)) for one in (1, 2)]
        await stand.until_waiting(2)
        assert (await stand.post(_body(3) + padding))[1]["error"] == "memory_full"
        stand.broker.gate.set()
        assert [(await post)[0] for post in posts] == [200, 200]
        assert (await stand.post(_body(3) + padding))[0] == 200
        assert "inland_webhook_held_bytes 0.0" in (await stand.get("/metrics"))[1]


async def test_what_a_stop_finds_under_way_is_answered(tmp_path: Path) -> None:
    shops = write_shops(tmp_path, demo=SECRET.decode())
    async with standing(shops) as stand:
        posts = await _fill(stand, 3)
        slow = asyncio.create_task(_in_two_parts(stand))
        await stand.until_waiting(4)
        stand.gateway.leave()
        gate = stand.broker.gate
        assert gate is not None
        asyncio.get_running_loop().call_later(0.1, gate.set)
    assert [(await post)[0] for post in posts] == [200] * 3
    assert (await slow).startswith(b"HTTP/1.1 200 ")
    assert sorted(stand.broker.bodies()) == [b'{"id":1}', b'{"id":2}', b'{"id":3}', b'{"id":4}']


async def _in_two_parts(stand: Stand) -> bytes:
    """A body whose second half comes when the gateway has begun to stop."""
    body = b'{"id":4}'
    reader, writer = await asyncio.open_connection(HOST, stand.port)
    lines = "".join(f"{name}: {value}\r\n" for name, value in signed(body).items())
    writer.write(f"POST /webhooks/demo HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n{lines}\r\n".encode() + body[:4])
    await stand.until_answered("/ready", 503)
    writer.write(body[4:])
    answer = await reader.read()
    writer.close()
    return answer


async def test_a_stop_waits_no_longer_than_it_may(tmp_path: Path) -> None:
    shops = write_shops(tmp_path, demo=SECRET.decode())
    async with standing(shops, stop_s=0.1) as stand:
        (post,) = await _fill(stand, 1)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await post
    assert stand.broker.kept == []


def test_nothing_is_taken_between_a_failure_and_the_next_sign_of_life() -> None:
    pressure = Backpressure(Bounds(10, 100, 1.0))
    pressure.admit()
    pressure.stall()
    with pytest.raises(Rejected):
        pressure.admit()
    pressure.recover()
    pressure.admit()


def test_what_has_failed_waits_no_more() -> None:
    time = 0.0
    pressure = Backpressure(Bounds(10, 100, 1.0), lambda: time)
    first, second = pressure.begin(), pressure.begin()
    time = 0.5
    assert (pressure.waiting, pressure.oldest_s) == (2, 0.5)
    assert pressure.end(first) == pressure.end(second) == 0.5
    assert (pressure.waiting, pressure.oldest_s) == (0, 0.0)
