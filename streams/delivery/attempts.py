"""Processing a batch's messages or timers: each until it succeeds, is refused, or shows a defect. Writes nothing."""

import asyncio
import traceback
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field

from streams.clock import now
from streams.delivery.deadletters import dead_letter
from streams.delivery.failure import StageFailedError, is_transient
from streams.delivery.message import Message, Output
from streams.delivery.parking import Parking
from streams.delivery.refusal import RefusedError
from streams.delivery.retry import waits
from streams.delivery.stage import Stage, WakingStage
from streams.delivery.state import WAKE_AT, Attempt, Overlay, Stateless
from streams.delivery.timers import Wake
from streams.log import logger
from streams.metrics import RETRIES

_log = logger("delivery")
_TOO_SLOW = 3


View = Attempt | Stateless


class TooSlowError(TimeoutError):
    """The stage's own deadline has passed."""


@dataclass(slots=True)
class Outcome:
    """What became of some messages: records to write, and for each message whether it was refused."""

    outputs: list[Output] = field(default_factory=list, repr=False)
    refused: list[bool] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Messages that came to an end."""
        return len(self.refused)

    def add(self, outputs: Sequence[Output], *, refused: bool = False) -> None:
        """Take in what became of the next message."""
        self.outputs.extend(outputs)
        self.refused.append(refused)


class Attempts:
    """Makes one stage process messages and timers."""

    def __init__(self, stage: Stage, budget_s: float, together: Sequence[str] = ()) -> None:
        """`budget_s`: time after which a batch is closed, so that many slow messages do not wait for one another.

        `together`: see streams.delivery.parking.Parking.
        """
        self._stage = stage
        self._budget_s = budget_s
        self._parking = Parking(stage.name, together)

    async def process(self, messages: Sequence[Message] | Sequence[Wake], overlay: Overlay | None) -> Outcome:
        """What became of the first messages or timers, at least of one; StageFailedError at a defect.

        Below, a message may be a timer as well: it differs in what is called, and in that none can be refused.

        `overlay`: the batch's changes of the state; None for a stage that keeps none.
        """
        if self._stage.concurrency == 1:
            return await self._in_order(messages, overlay)
        try:
            return await self._side_by_side(messages, overlay)
        except ExceptionGroup as failed:
            # A task group never tells of one failure alone.
            raise failed.exceptions[0] from None

    async def _in_order(self, messages: Sequence[Message | Wake], overlay: Overlay | None) -> Outcome:
        outcome = Outcome()
        ends = asyncio.get_running_loop().time() + self._budget_s
        while outcome.done < len(messages):
            failure = await self._smoothly(messages, overlay, outcome, ends)
            if failure is None:
                break
            await self._patiently(messages[outcome.done], overlay, outcome, failure)
        return outcome

    async def _smoothly(
        self, messages: Sequence[Message | Wake], overlay: Overlay | None, outcome: Outcome, ends: float
    ) -> Exception | None:
        """Process until the end, the budget's end or the first failure, which is returned.

        One deadline that moves with the messages, in steps of a tenth: a timer for each costs as much as all the rest.
        """
        process, clock, limit_s = self._process, asyncio.get_running_loop().time, self._stage.deadline_s
        moves_at = 0.0
        view: View = Stateless()
        try:
            async with asyncio.timeout(None) as deadline:
                for message in messages[outcome.done :]:
                    started = clock()
                    if started > ends and outcome.done:
                        break
                    if started >= moves_at:
                        deadline.reschedule(started + limit_s)
                        moves_at = started + limit_s / 10
                    if overlay is not None:
                        view = Attempt(overlay)
                    outcome.add(await process(message, view))
        except Exception as failure:
            view.take_back()
            return TooSlowError() if deadline.expired() else failure
        return None

    async def _side_by_side(self, messages: Sequence[Message | Wake], overlay: Overlay | None) -> Outcome:
        slots = asyncio.Semaphore(self._stage.concurrency)

        async def one(message: Message | Wake) -> Outcome:
            async with slots:
                own = Outcome()
                await self._patiently(message, overlay, own, None)
                return own

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(message)) for message in messages]
        outcome = Outcome()
        for task in tasks:
            own = task.result()
            outcome.add(own.outputs, refused=own.refused[0])
        return outcome

    async def _patiently(
        self, message: Message | Wake, overlay: Overlay | None, outcome: Outcome, failure: Exception | None
    ) -> None:
        """Process one message until it succeeds or is refused; `failure`: of an attempt made already."""
        attempts, too_slow, pauses = 0, 0, waits()
        with self._parking.place(message) as parked:
            while True:
                attempts += 1
                view = Attempt(overlay) if overlay is not None else Stateless()
                if failure is None:
                    failure = await self._attempt(message, view, outcome)
                    if failure is None:
                        return
                too_slow += isinstance(failure, TooSlowError)
                if too_slow >= _TOO_SLOW:
                    failure = self._always_too_slow()
                if isinstance(failure, RefusedError) and not isinstance(message, Wake):
                    outcome.add([self._refuse(message, failure, attempts)], refused=True)
                    return
                self._must_pass(message, failure)
                parked.wait()
                self._say_again(message, failure, attempts)
                await asyncio.sleep(next(pauses))
                failure = None

    def _process(self, message: Message | Wake, view: View) -> Awaitable[Sequence[Output]]:
        return self._wake(message, view) if isinstance(message, Wake) else self._stage.process(message, view)

    async def _wake(self, wake: Wake, view: View) -> Sequence[Output]:
        # A timer before it in the batch may have changed its state.
        if not isinstance(self._stage, WakingStage) or (view.get(wake.key) or {}).get(WAKE_AT) != wake.at:
            return ()
        return await self._stage.wake(wake.key, view)

    async def _attempt(self, message: Message | Wake, view: View, outcome: Outcome) -> Exception | None:
        try:
            async with asyncio.timeout(self._stage.deadline_s) as deadline:
                outcome.add(await self._process(message, view))
        except Exception as failure:
            view.take_back()
            return TooSlowError() if deadline.expired() else failure
        return None

    def _must_pass(self, message: Message | Wake, failure: Exception) -> None:
        """StageFailedError unless waiting may help."""
        if is_transient(failure):
            return
        # The exception's own text may quote the record: its type and place are all that is said.
        where = {"place": message.place, "stage": self._stage.name, "exception": type(failure).__name__}
        _log.error("failed: the stage stops", extra={**where, "frames": traceback.format_tb(failure.__traceback__)})
        if isinstance(failure, StageFailedError):
            raise failure
        why = failure if isinstance(failure, RefusedError) else type(failure).__name__
        raise StageFailedError(f"{self._stage.name} failed at {message.place} ({why})") from None

    def _say_again(self, message: Message | Wake, failure: Exception, attempts: int) -> None:
        RETRIES.labels(self._stage.name, type(failure).__name__).inc()
        where = {"place": message.place, "stage": self._stage.name, "exception": type(failure).__name__}
        _log.warning("waits, and is tried again", extra={**where, "attempts": attempts})

    def _always_too_slow(self) -> RefusedError:
        return RefusedError(
            f"delivery: took longer than {self._stage.deadline_s:g} s, {_TOO_SLOW} times",
            "look at the record and at what the stage depends on, then replay the dead letter",
            TimeoutError,
        )

    def _refuse(self, message: Message, refused: RefusedError, attempts: int) -> Output:
        where = {"place": message.place, "stage": self._stage.name, "rule": refused.rule, "remedy": refused.remedy}
        _log.warning("refused: kept as a dead letter", extra=where)
        by = {"stage": self._stage.name, "group": self._stage.group}
        return dead_letter(message, refused, **by, attempts=attempts, failed_at=now())
