"""A delivery that comes again is answered like the first one, and written once."""

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError

from avro_schemas.records import WooDelivery
from streams.sources.gateway.rejected import Rejected
from streams.sources.gateway.repetitions import Repetitions, key_of
from tests.fixtures.samples import AT
from tests.unit.sources.gateway.stand import Stand

BODY = b'{"id":26,"status":"processing"}'


def _key(number: int) -> bytes:
    return b"%d" % number


def _delivery(topic: str, delivery_id: str) -> WooDelivery:
    return WooDelivery(
        shop_id="demo",
        webhook_id=1,
        delivery_id=delivery_id,
        topic=topic,
        resource_id=1,
        body=b"",
        body_sha256="",
        received_at=AT,
    )


async def _written() -> None:
    """A write that succeeds."""


async def test_a_repetition_is_200_and_no_second_record(stand: Stand) -> None:
    for delivery_id in ("a", "a", "b"):
        assert (await stand.post(BODY, X_WC_Webhook_Delivery_ID=delivery_id))[0] == 200
    assert stand.broker.bodies() == [BODY]
    assert 'inland_webhook_deliveries_total{outcome="repeated",shop="demo"}' in (await stand.get("/metrics"))[1]


async def test_another_webhook_topic_body_or_shop_is_no_repetition(stand: Stand) -> None:
    await stand.post(BODY)
    await stand.post(BODY, X_WC_Webhook_ID="2")
    await stand.post(BODY, "order.created")
    await stand.post(BODY + b" ")
    assert len(stand.broker.kept) == 4


@pytest.mark.parametrize("topic", ["order.deleted", "action.x"])
def test_a_body_that_tells_no_time_repeats_within_one_delivery_alone(topic: str) -> None:
    assert key_of(_delivery(topic, "a")) == key_of(_delivery(topic, "a"))
    assert key_of(_delivery(topic, "a")) != key_of(_delivery(topic, "b"))
    assert key_of(_delivery("order.updated", "a")) == key_of(_delivery("order.updated", "b"))


async def test_who_comes_while_the_first_is_under_way_gets_its_answer(stand: Stand) -> None:
    stand.broker.gate = asyncio.Event()
    posts = [asyncio.create_task(stand.post(BODY)) for _ in range(3)]
    await stand.until_waiting(3)
    assert not any(post.done() for post in posts)
    stand.broker.gate.set()
    assert [await post for post in posts] == [(200, {})] * 3
    assert stand.broker.bodies() == [BODY]


async def test_who_comes_while_the_first_fails_fails_too_and_the_next_is_written(stand: Stand) -> None:
    stand.broker.gate, stand.broker.failure = asyncio.Event(), KafkaConnectionError()
    posts = [asyncio.create_task(stand.post(BODY)) for _ in range(3)]
    await stand.until_waiting(3)
    stand.broker.gate.set()
    assert {(status, answer["error"]) for status, answer in [await post for post in posts]} == {
        (503, "broker_unreachable")
    }
    stand.broker.failure = None
    await stand.until_answered("/ready", 200)
    assert (await stand.post(BODY))[0] == 200
    assert stand.broker.bodies() == [BODY]


async def test_the_oldest_are_forgotten_first() -> None:
    known = Repetitions(most=3, age_s=60.0)
    for number in range(5):
        assert not await known.once(_key(number), _written)
        assert len(known) <= 3
    assert await known.once(_key(4), _written)
    assert not await known.once(_key(0), _written)


async def test_what_is_too_old_counts_no_more() -> None:
    time = 0.0
    known = Repetitions(most=10, age_s=60.0, clock=lambda: time)
    assert not await known.once(_key(1), _written)
    time = 59.0
    assert await known.once(_key(1), _written)
    time = 60.0
    assert not await known.once(_key(1), _written)


async def test_a_first_that_is_cancelled_leaves_nobody_waiting() -> None:
    known, gate = Repetitions(most=10, age_s=60.0), asyncio.Event()

    async def never() -> None:
        await gate.wait()

    first = asyncio.create_task(known.once(_key(1), never))
    await asyncio.sleep(0)
    second = asyncio.create_task(known.once(_key(1), _written))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(Rejected) as rejected:
        await second
    assert rejected.value.status == 503
    assert not await known.once(_key(1), _written)


async def test_one_who_waits_and_goes_away_takes_nothing_from_the_others() -> None:
    known, gate = Repetitions(most=10, age_s=60.0), asyncio.Event()

    async def later() -> None:
        await gate.wait()

    first, second, third = (asyncio.create_task(known.once(_key(1), later)) for _ in range(3))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert (await first, await third) == (False, True)
