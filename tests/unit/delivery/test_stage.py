"""A batch becomes outputs in order; refusals become dead letters; everything else stops the stage."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import faust
import pytest

from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.stage import BatchLimits, StageFailedError, process_batch, run
from streams.delivery.state import Overlay, StateView

AT = datetime(2026, 5, 4, tzinfo=UTC)
JOURNAL: list[str] = []


def _message(offset: int, value: bytes = b"v") -> Message:
    return Message("some.topic", 1, offset, b"key", value, AT, (("trace", b"1"),))


class Echo:
    """Writes what it reads; refuses `poison`, fails on `broken`, counts in its state when it has one."""

    name = "echo"
    group = "inland-echo"
    deadline_s = 0.2

    def __init__(self, concurrency: int = 1, counting: bool = False) -> None:
        self.concurrency = concurrency
        self.counting = counting

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        match message.value:
            case b"poison":
                raise RefusedError("test: it is poison", "do not drink it")
            case b"broken":
                raise ConnectionError("the world around has failed")
            case b"slow":
                await asyncio.sleep(60)
        if self.counting:
            count = (state.get("n") or {"count": 0})["count"] + 1
            state.put("n", {"count": count})
            return [Output("out", None, str(count).encode())]
        return [Output("out", message.key, message.value)]


async def _run(values: list[bytes], stage: Echo, overlay: Overlay | None = None) -> list[Output]:
    return await process_batch([(_message(at, value), None) for at, value in enumerate(values)], stage, overlay)


@pytest.mark.parametrize("concurrency", [1, 8])
async def test_outputs_keep_the_order_of_their_inputs(concurrency: int) -> None:
    values = [bytes([byte]) for byte in range(50)]
    assert [output.value for output in await _run(values, Echo(concurrency))] == values


async def test_a_refused_message_is_kept_as_it_came_with_its_cause() -> None:
    before, letter, after = await _run([b"a", b"poison", b"b"], Echo())
    assert (before.topic, letter.topic, after.topic) == ("out", "some.topic.dlq", "out")
    assert (letter.key, letter.value) == (b"key", b"poison")
    headers = dict(letter.headers)
    assert headers["trace"] == b"1"
    assert headers["inland.dlq.topic"] == b"some.topic"
    assert (headers["inland.dlq.partition"], headers["inland.dlq.offset"]) == (b"1", b"1")
    assert headers["inland.dlq.rule"] == b"test: it is poison"
    assert (headers["inland.dlq.stage"], headers["inland.dlq.group"]) == (b"echo", b"inland-echo")


async def test_a_failure_of_the_world_stops_the_batch_and_refuses_nothing() -> None:
    with pytest.raises(StageFailedError, match=r"echo failed at some\.topic\[1\]@1 \(ConnectionError\)"):
        await _run([b"a", b"broken"], Echo())


async def test_a_message_that_takes_too_long_stops_the_batch() -> None:
    with pytest.raises(StageFailedError, match="TimeoutError"):
        await _run([b"slow"], Echo())


async def test_a_later_message_of_a_batch_sees_what_an_earlier_one_changed() -> None:
    table: dict[str, Any] = {}
    outputs = await _run([b"a", b"b", b"c"], Echo(counting=True), Overlay(table))
    assert [output.value for output in outputs] == [b"1", b"2", b"3"]


async def test_the_table_changes_only_when_told_to() -> None:
    table: dict[str, Any] = {}
    overlay = Overlay(table)
    await _run([b"a"], Echo(counting=True), overlay)
    assert table == {}


async def test_what_a_failure_says_of_the_record_is_not_passed_on(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(StageFailedError) as failed:
        await _run([b"broken"], Echo())
    assert "the world around" not in caplog.text + str(failed.value)


def test_neither_message_nor_output_shows_its_content() -> None:
    shown = repr(_message(1, b"secret")) + repr(Output("out", b"secret", b"secret"))
    assert "secret" not in shown
    assert "trace" not in shown


class _Event:
    """What a Faust stream yields."""

    def __init__(self, offset: int, value: bytes) -> None:
        self.message = type("Raw", (), {})()
        self.message.topic, self.message.partition, self.message.offset = "some.topic", 1, offset
        self.message.key, self.message.value, self.message.timestamp = None, value, 1.0
        self.message.headers = []


class _Stream:
    """A stream of two batches that journals its acknowledgements."""

    def __init__(self, *batches: list[bytes]) -> None:
        self._batches = batches

    async def noack_take(self, size: int, within: float) -> AsyncIterator[list[_Event]]:
        offset = 0
        for batch in self._batches:
            yield [_Event(offset + step, value) for step, value in enumerate(batch)]
            offset += len(batch)

    async def ack(self, event: _Event) -> None:
        JOURNAL.append(f"ack {event.message.offset}")


class _Outbox:
    """An outbox that journals, and fails from the second delivery on if told so."""

    def __init__(self, fails: bool = False) -> None:
        self._fails = fails

    async def start(self) -> None:
        """Nothing to connect to."""

    async def deliver(self, outputs: Sequence[Output]) -> None:
        if self._fails:
            raise ConnectionError("no broker")
        JOURNAL.append(f"delivered {len(outputs)}")


class _Table(dict[str, Any]):
    def __setitem__(self, key: str, value: Any) -> None:
        event = faust.streams.current_event()
        assert event is not None, "Faust's tables find their partition through the current event"
        JOURNAL.append(f"state at {event.message.partition}")
        super().__setitem__(key, value)


async def test_outputs_then_state_then_acknowledgement() -> None:
    JOURNAL.clear()
    stream = _Stream([b"a", b"b"], [b"c"])
    await run(stream, Echo(counting=True), _Outbox(), BatchLimits(2, 0.1), _Table())  # type: ignore[arg-type]
    assert JOURNAL == ["delivered 2", "state at 1", "ack 0", "ack 1", "delivered 1", "state at 1", "ack 2"]


async def test_without_the_brokers_confirmation_nothing_is_acknowledged_and_no_state_written() -> None:
    JOURNAL.clear()
    with pytest.raises(ConnectionError):
        await run(_Stream([b"a"]), Echo(counting=True), _Outbox(fails=True), BatchLimits(2, 0.1), _Table())  # type: ignore[arg-type]
    assert JOURNAL == []
