"""Each message is processed until it succeeds, is refused, or shows a defect."""

import asyncio

import pytest

from streams.delivery.attempts import Attempts, Outcome
from streams.delivery.failure import StageFailedError
from streams.delivery.state import Overlay
from tests.unit.delivery.stand import Echo, messages, overlay

pytestmark = pytest.mark.usefixtures("short_waits")


async def process(stage: Echo, *values: bytes, above: Overlay | None = None, budget_s: float = 60.0) -> Outcome:
    return await Attempts(stage, budget_s).process(messages(*values), above)


@pytest.mark.parametrize("concurrency", [1, 8])
async def test_outputs_keep_the_order_of_their_inputs(concurrency: int) -> None:
    values = [bytes([byte]) for byte in range(50)]
    assert [output.value for output in (await process(Echo(concurrency), *values)).outputs] == values


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_a_refused_message_is_kept_as_it_came_with_its_cause(concurrency: int) -> None:
    outcome = await process(Echo(concurrency), b"a", b"poison", b"b")
    before, letter, after = outcome.outputs
    assert (before.topic, letter.topic, after.topic) == ("out", "some.topic.dlq", "out")
    assert (letter.key, letter.value) == (b"key", b"poison")
    headers = dict(letter.headers)
    assert headers["trace"] == b"1"
    assert headers["inland.dlq.topic"] == b"some.topic"
    assert (headers["inland.dlq.partition"], headers["inland.dlq.offset"]) == (b"1", b"1")
    assert headers["inland.dlq.rule"] == b"test: it is poison"
    assert (headers["inland.dlq.stage"], headers["inland.dlq.group"]) == (b"echo", b"inland-echo")
    assert outcome.refused == [False, True, False]


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_a_message_whose_dependency_is_away_waits_and_is_processed_when_it_is_back(concurrency: int) -> None:
    stage = Echo(concurrency, away=5)
    outcome = await process(stage, b"a", b"away", b"b")
    assert [output.value for output in outcome.outputs] == [b"a", b"away", b"b"]
    assert stage.seen == {0: 1, 1: 6, 2: 1}


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_a_defect_ends_the_stage_and_names_the_place_alone(
    concurrency: int, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(StageFailedError, match=r"echo failed at some\.topic\[1\]@1 \(ZeroDivisionError\)") as failed:
        await process(Echo(concurrency), b"a", b"broken")
    assert "secret of the record" not in caplog.text + str(failed.value)


async def test_a_message_that_is_always_too_slow_is_refused_and_the_next_is_processed() -> None:
    stage = Echo()
    outcome = await process(stage, b"slow", b"b")
    assert stage.seen == {0: 3, 1: 1}
    assert outcome.refused == [True, False]
    headers = dict(outcome.outputs[0].headers)
    assert headers["inland.dlq.rule"] == b"delivery: took longer than 0.05 s, 3 times"
    assert headers["inland.dlq.attempts"] == b"3"


async def test_a_deadline_is_of_one_message_and_not_of_all_before_it() -> None:
    class Steady(Echo):
        async def process(self, *given: object) -> list[object]:  # type: ignore[override]
            await asyncio.sleep(self.deadline_s / 3)
            return []

    outcome = await process(Steady(), *[b"a"] * 10)
    assert outcome.refused == [False] * 10


async def test_a_later_message_sees_what_an_earlier_one_has_put() -> None:
    outcome = await process(Echo(counting=True), b"a", b"b", b"c", above=overlay())
    assert [output.value for output in outcome.outputs] == [b"1", b"2", b"3"]


@pytest.mark.parametrize("word", [b"away", b"poison"])
async def test_what_a_failed_attempt_has_put_is_taken_back(word: bytes) -> None:
    above = overlay({"n": {"count": 10}})
    await process(Echo(counting=True, away=3), b"a", word, b"b", above=above)
    assert above.changed == {"n": {"count": 12 if word == b"poison" else 13}}


async def test_a_batch_is_closed_when_its_time_is_over_and_the_rest_waits() -> None:
    class Busy(Echo):
        async def process(self, *given: object) -> list[object]:  # type: ignore[override]
            await asyncio.sleep(0.01)
            return []

    outcome = await process(Busy(), *[b"a"] * 100, budget_s=0.05)
    assert 1 <= outcome.done < 50


async def test_one_message_is_done_however_short_the_time() -> None:
    assert (await process(Echo(), b"a", b"b", budget_s=1e-9)).done >= 1
