"""Outputs, then the state's changelog, then the state; and nothing of it without the broker's confirmation."""

from typing import Any, cast

import pytest
from aiokafka.errors import MessageSizeTooLargeError, RequestTimedOutError

from streams.delivery.batch import Batches
from streams.delivery.failure import FencedError, StageFailedError
from streams.delivery.limit import LimitReachedError, RefusalLimit, Refusals
from streams.delivery.pulse import Pulse
from tests.unit.delivery.stand import Echo, Journal, messages

pytestmark = pytest.mark.usefixtures("short_waits")


def batches(journal: Journal, stage: Echo, *, pulse: Pulse | None = None, in_a_row: int = 100) -> Batches:
    table = cast(Any, journal) if stage.counting else None
    refusals = Refusals("echo", RefusalLimit(in_a_row, 0.5))
    return Batches(stage, cast(Any, journal), refusals, pulse or Pulse(60), table, 60.0)


async def test_outputs_then_changelog_then_state() -> None:
    journal = Journal()
    assert await batches(journal, Echo(counting=True)).work(messages(b"a", b"b")) == 2
    assert journal.lines == ["wrote 2 to out", "wrote 1 to changelog", "took in 1 of 1"]
    assert journal.state == {"n": {"count": 2}}


async def test_a_broker_that_does_not_confirm_is_written_to_again() -> None:
    journal = Journal([RequestTimedOutError(), TimeoutError()])
    assert await batches(journal, Echo(counting=True)).work(messages(b"a")) == 1
    assert journal.lines == ["failed", "failed", "wrote 1 to out", "wrote 1 to changelog", "took in 1 of 1"]


@pytest.mark.parametrize("failures", [[TimeoutError()] * 3, [MessageSizeTooLargeError()]])
async def test_without_confirmation_the_worker_ends_and_no_state_is_kept(failures: list[Exception]) -> None:
    journal = Journal(failures)
    with pytest.raises(StageFailedError, match=r"some\.topic\[1\]@0"):
        await batches(journal, Echo(counting=True)).work(messages(b"a"))
    assert journal.state == {}
    assert set(journal.lines) == {"failed"}


async def test_a_process_that_stood_still_writes_nothing() -> None:
    journal, pulse = Journal(), Pulse(session_s=20)
    pulse.check()
    assert pulse._last is not None
    pulse._last -= 21  # as if it had been stopped for so long
    with pytest.raises(FencedError, match="stood still for 21 s"):
        await batches(journal, Echo(), pulse=pulse).work(messages(b"a"))
    assert journal.lines == []


async def test_beyond_the_limit_of_refusals_no_dead_letter_is_written() -> None:
    journal = Journal()
    with pytest.raises(LimitReachedError, match="echo refused 4 messages in a row"):
        await batches(journal, Echo(), in_a_row=3).work(messages(b"a", *[b"poison"] * 4))
    assert journal.lines == []
