"""What rings is woken: in its partition's turn, written like a batch, and never once its partition has gone."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from streams.clock import now
from streams.delivery import waking as waking_module
from streams.delivery.batch import Batches
from streams.delivery.failure import StageFailedError, UnavailableError
from streams.delivery.lanes import Lanes
from streams.delivery.limit import RefusalLimit, Refusals
from streams.delivery.message import Message, Output
from streams.delivery.pulse import Pulse
from streams.delivery.refusal import RefusedError
from streams.delivery.state import WAKE_AT, State, StateView
from streams.delivery.timers import Timers, Wake
from streams.delivery.turns import Turns
from streams.delivery.waking import Waking
from tests.unit.delivery.stand import Journal

pytestmark = pytest.mark.usefixtures("short_waits", "short_ticks")
PARTITION = 1


@pytest.fixture
def short_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look every millisecond."""
    monkeypatch.setattr(waking_module, "_TICK_S", 0.001)


class Alarm:
    """Tells of a key when it is woken, unless the state says what else to do."""

    name = "alarm"
    group = "inland-alarm"
    deadline_s = 0.05
    concurrency = 1

    def __init__(self) -> None:
        self.woken: Counter[str] = Counter()
        self.away = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
        return []

    async def wake(self, key: str, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.WakingStage."""
        self.woken[key] += 1
        kept = state.get(key) or {}
        match kept.get("do"):
            case "refuse":
                raise RefusedError("test: no", "none")
            case "break":
                raise ZeroDivisionError("the secret of the state")
            case "wait" if self.away:
                state.delete(key)
                raise UnavailableError("the model")
            case "stay":
                return []
            case "quiet the others":
                state.delete("b")
        await asyncio.wait_for(self.gate.wait(), 5) if not self.gate.is_set() else None
        state.put(key, {"woken": True})
        return [Output("out", key.encode(), b"woken")]


class Table(Journal):
    """A journal whose states have timers, of one partition that is served until it is released."""

    changelog = "changelog"

    def __init__(self, states: Mapping[str, State], failures: Sequence[Exception] = ()) -> None:
        super().__init__(failures, states)
        self.own: dict[int, Timers] = {PARTITION: Timers()}
        for key, state in states.items():
            self.own[PARTITION].set(key, state.get(WAKE_AT))

    def serves(self, partition: int) -> bool:
        """As streams.delivery.table.Table."""
        return partition in self.own

    def timers(self, partition: int) -> Timers:
        """As streams.delivery.table.Table."""
        return self.own[partition]

    def ringing(self, at: int) -> list[int]:
        """As streams.delivery.table.Table."""
        return [partition for partition, timers in self.own.items() if timers.ringing(at)]

    def release(self) -> None:
        """As streams.delivery.table.Table."""
        self.own = {}

    def apply(self, partition: int, records: Sequence[Output], offsets: Sequence[int]) -> None:
        """As streams.delivery.table.Table."""
        super().apply(partition, records, offsets)
        for key, state in self._changed.items():
            if partition in self.own:
                self.own[partition].set(key, (state or {}).get(WAKE_AT))


class Stand:
    """A stage that wakes, above a table in memory."""

    def __init__(self, states: Mapping[str, State], *, failures: Sequence[Exception] = (), size: int = 100) -> None:
        self.table, self.stage = Table(states, failures), Alarm()
        self.turns = Turns(cast(Any, self.table))
        self.lanes = Lanes(lambda tp, offset: None)
        self.lanes.before_drain(self.table.release)
        self.ready = True
        refusals = Refusals("alarm", RefusalLimit(1, 0.5))
        batches = Batches(self.stage, cast(Any, self.table), refusals, Pulse(60), cast(Any, self.table), 60.0)
        self.waking = Waking(self.turns, batches, self.lanes, size, lambda: self.ready)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Wakes while the block runs."""
        task = asyncio.create_task(self.waking.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def until(self, what: str) -> None:
        """Wait until the journal's last line is this one."""
        async with asyncio.timeout(5):
            while not self.table.lines or self.table.lines[-1] != what:  # noqa: ASYNC110 - a condition of the stand
                await asyncio.sleep(0.001)


def ms(ahead_s: float = 0.0) -> int:
    return int((now().timestamp() + ahead_s) * 1000)


def due(**states: State) -> dict[str, State]:
    """States whose time has passed, one after the other."""
    return {key: {WAKE_AT: 1000 + number, **state} for number, (key, state) in enumerate(states.items())}


async def test_what_it_says_is_written_before_its_state_and_it_rings_no_more() -> None:
    stand = Stand(due(a={}, b={}))
    async with stand.running():
        await stand.until("took in 2 of 1")
        await asyncio.sleep(0.02)
    assert stand.table.lines == ["wrote 2 to out", "wrote 2 to changelog", "took in 2 of 1"]
    assert stand.table.state == {"a": {"woken": True}, "b": {"woken": True}}
    assert stand.stage.woken == {"a": 1, "b": 1}


async def test_what_is_not_due_is_left_alone() -> None:
    stand = Stand({"later": {WAKE_AT: ms(60)}, "soon": {WAKE_AT: ms(0.05)}})
    async with stand.running():
        await stand.until("took in 1 of 1")
    assert stand.stage.woken == {"soon": 1}


async def test_more_than_a_batch_takes_is_woken_in_batches() -> None:
    stand = Stand(due(**{f"k{number}": {} for number in range(5)}), size=2)
    async with stand.running():
        await stand.until("took in 1 of 1")
    assert [line for line in stand.table.lines if "took" in line] == ["took in 2 of 1"] * 2 + ["took in 1 of 1"]


async def test_a_state_whose_time_another_of_the_same_batch_has_taken_off_is_not_woken() -> None:
    stand = Stand(due(a={"do": "quiet the others"}, b={}))
    async with stand.running():
        await stand.until("took in 2 of 1")
    assert stand.stage.woken == {"a": 1}
    assert "b" not in stand.table.state


async def test_a_stage_that_leaves_its_time_as_it_is_is_called_again_after_a_pause_and_it_is_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stand = Stand(due(secret={"do": "stay"}))
    async with stand.running():
        await asyncio.sleep(0.1)
    assert stand.stage.woken == {"secret": 1}
    assert "still name the time" in caplog.text
    assert "secret" not in caplog.text
    assert stand.table.timers(PARTITION).due(ms(2), 9) == [("secret", 1000)]


async def test_what_is_away_is_waited_for_and_the_failed_attempt_changes_nothing() -> None:
    stand = Stand(due(a={"do": "wait"}))
    stand.stage.away = True
    async with stand.running():
        async with asyncio.timeout(5):
            while stand.stage.woken["a"] < 3:  # noqa: ASYNC110 - a condition of the stage
                await asyncio.sleep(0.001)
        assert stand.table.state == due(a={"do": "wait"})
        stand.stage.away = False
        await stand.until("took in 1 of 1")
    assert stand.table.state == {"a": {"woken": True}}


@pytest.mark.parametrize("what", ["refuse", "break"])
async def test_a_refusal_ends_the_worker_like_a_defect_and_nothing_is_written(
    what: str, caplog: pytest.LogCaptureFixture
) -> None:
    stand = Stand(due(a={}, key={"do": what}))
    with pytest.raises(StageFailedError, match=r"alarm failed at changelog\[1\], a timer"):
        await stand.waking.run()
    assert stand.table.lines == []
    assert "secret" not in caplog.text


async def test_a_broker_that_does_not_confirm_ends_the_worker_and_the_timer_stays() -> None:
    stand = Stand(due(a={}), failures=[TimeoutError()] * 3)
    with pytest.raises(StageFailedError, match="does not confirm"):
        await stand.waking.run()
    assert stand.table.state == due(a={})


async def test_while_a_batch_of_the_partition_is_under_way_nothing_is_woken() -> None:
    stand = Stand(due(a={}))
    async with stand.running():
        async with stand.turns.turn(PARTITION):
            await asyncio.sleep(0.02)
            assert stand.stage.woken == {}
        await stand.until("took in 1 of 1")


async def test_during_a_recovery_or_rebalance_nothing_is_woken() -> None:
    stand = Stand(due(a={}))
    stand.ready = False
    async with stand.running():
        await asyncio.sleep(0.02)
        assert stand.stage.woken == {}
        stand.ready = True
        await stand.until("took in 1 of 1")


async def test_when_partitions_go_what_is_being_woken_is_ended_and_nothing_more_is() -> None:
    stand = Stand(due(a={}, b={}), size=1)
    stand.stage.deadline_s = 5
    stand.stage.gate.clear()
    async with stand.running():
        async with asyncio.timeout(5):
            while not stand.stage.woken:  # noqa: ASYNC110 - a condition of the stage
                await asyncio.sleep(0.001)
        draining = asyncio.create_task(stand.lanes.drain(5))
        await asyncio.sleep(0.01)
        assert not draining.done()
        stand.stage.gate.set()
        await draining
        await asyncio.sleep(0.02)
    assert stand.stage.woken == {"a": 1}
    assert stand.table.lines == ["wrote 1 to out", "wrote 1 to changelog", "took in 1 of 1"]


async def test_what_does_not_end_before_partitions_go_is_given_up_and_writes_nothing() -> None:
    stand = Stand(due(a={"do": "wait"}))
    stand.stage.away = True
    async with stand.running():
        async with asyncio.timeout(5):
            while not stand.stage.woken:  # noqa: ASYNC110 - a condition of the stage
                await asyncio.sleep(0.001)
        await stand.lanes.drain(0.01)
        stand.stage.away = False
        await asyncio.sleep(0.02)
    assert stand.table.lines == []


async def test_one_that_waits_for_its_turn_when_the_partition_goes_wakes_nothing() -> None:
    stand = Stand(due(a={}))
    waking = asyncio.create_task(stand.waking.run())
    async with stand.turns.turn(PARTITION):
        await asyncio.sleep(0.02)
        stand.table.release()
    await asyncio.sleep(0.02)
    assert stand.stage.woken == {}
    assert not waking.done()
    waking.cancel()
    await asyncio.wait({waking})


async def test_a_timer_whose_state_has_changed_since_is_not_called() -> None:
    stand = Stand({"a": {WAKE_AT: ms(60)}})
    batches = stand.waking._batches
    assert await batches.wake(cast(Any, stand.table), [Wake("changelog", PARTITION, "a", 1000)]) == 1
    assert stand.stage.woken == {}
