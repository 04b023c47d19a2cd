"""The small parts: what is transient, what is due, what is shown, what waits."""

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError, RequestTimedOutError
from faust.types import TP
from prometheus_client import REGISTRY

from avro_schemas.registry import RegistryError, UnknownSchemaError
from streams.delivery.acknowledgements import Acknowledgements
from streams.delivery.failure import UnavailableError, is_transient
from streams.delivery.message import Output
from streams.delivery.parking import Parking
from streams.delivery.state import Attempt
from streams.delivery.timers import Wake
from tests.unit.delivery.stand import message, overlay

P0, P1 = TP("some.topic", 0), TP("some.topic", 1)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        OSError(113, "no route"),
        KafkaConnectionError(),
        RequestTimedOutError(),
        RegistryError("away"),
        UnavailableError("the model"),
    ],
)
def test_what_comes_back_by_itself_is_transient(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(),
        KeyError(),
        FileNotFoundError(),
        PermissionError(),
        MessageSizeTooLargeError(),
        UnknownSchemaError("none"),
        AssertionError(),
    ],
)
def test_what_nobody_mends_by_waiting_is_not(error: Exception) -> None:
    assert not is_transient(error)


async def test_one_commit_takes_all_that_is_done() -> None:
    acknowledgements = Acknowledgements()
    acknowledgements.done(P0, 3)
    acknowledgements.done(P0, 5)
    acknowledgements.done(P1, 1)
    async with asyncio.timeout(1):
        await acknowledgements.due()
    assert acknowledgements.take() == {P0: 5, P1: 1}
    assert acknowledgements.take() == {}


async def test_what_could_not_be_committed_stays_due_and_never_overrides_what_is_newer() -> None:
    acknowledgements = Acknowledgements()
    acknowledgements.done(P0, 3)
    acknowledgements.done(P1, 7)
    failed = acknowledgements.take()
    acknowledgements.done(P0, 9)
    acknowledgements.give_back(failed)
    assert acknowledgements.take() == {P0: 9, P1: 7}


def test_neither_message_nor_output_shows_its_content() -> None:
    shown = repr(message(1, b"secret")) + repr(Output("out", b"secret", b"secret", (("secret", b"secret"),)))
    assert "secret" not in shown
    assert "trace" not in shown


def test_an_attempt_that_is_taken_back_leaves_what_was_there_before() -> None:
    above = overlay({"kept": {"v": 1}})
    above.put("changed", {"v": 2})
    attempt = Attempt(above)
    for key in ("kept", "changed", "new"):
        attempt.put(key, {"v": 8})
        attempt.put(key, {"v": 9})
    attempt.take_back()
    assert above.changed == {"changed": {"v": 2}}
    assert above.get("kept") == {"v": 1}


def test_a_partition_is_parked_for_as_long_as_one_of_its_messages_waits() -> None:
    def seconds() -> float:
        labels = {"stage": "parking-test", "topic": "some.topic", "partition": "1"}
        return REGISTRY.get_sample_value("inland_parked_seconds", labels) or 0.0

    parking = Parking("parking-test")
    with parking.place(message(1)), parking.place(message(2)) as second:
        assert seconds() == 0
        second.wait()
        assert seconds() > 0
    assert seconds() == 0


def test_topics_that_share_a_state_are_parked_together() -> None:
    def seconds(topic: str) -> float:
        labels = {"stage": "together-test", "topic": topic, "partition": "1"}
        return REGISTRY.get_sample_value("inland_parked_seconds", labels) or 0.0

    parking = Parking("together-test", ("some.topic", "other.topic"))
    with parking.place(message(1)) as place:
        place.wait()
        assert seconds("some.topic") > 0
        assert seconds("other.topic") > 0
    assert seconds("some.topic") == seconds("other.topic") == 0
    with parking.place(Wake("changelog", 1, "key", 1000)) as place:
        place.wait()
        assert seconds("other.topic") > 0
        assert seconds("changelog") == 0
