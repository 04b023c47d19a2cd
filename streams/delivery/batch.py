"""One batch of one partition, from its messages or timers to the moment when it may be acknowledged. In this order:

1. process each; refused ones become dead letters, held against the limit;
2. write outputs and dead letters, and wait for the broker;
3. write the changes of the state to the table's changelog, and wait for the broker;
4. take the changes into the table.

Only then does the caller acknowledge. A crash before that repeats the batch: at least once, with the same identities.
Timers are acknowledged by 3: the changed states name another time, or none.
"""

import asyncio
from collections.abc import Sequence

from streams.clock import now
from streams.delivery.attempts import Attempts, Outcome
from streams.delivery.failure import StageFailedError, is_transient
from streams.delivery.limit import Refusals
from streams.delivery.message import Message, Output
from streams.delivery.outbox import Outbox
from streams.delivery.pulse import Pulse
from streams.delivery.retry import waits
from streams.delivery.stage import Stage
from streams.delivery.state import Overlay
from streams.delivery.table import Table
from streams.delivery.timers import Wake
from streams.log import logger
from streams.metrics import BATCH_SECONDS, DEAD_LETTERS, MESSAGES_IN, MESSAGES_OUT, WAKE_LATENESS

_log = logger("delivery")
_DELIVERIES = 3


class Batches:
    """Works through the batches of one stage; partitions side by side, each in its own order."""

    def __init__(  # noqa: PLR0913, PLR0917  # what a batch needs, put together in streams.delivery.worker alone
        self,
        stage: Stage,
        outbox: Outbox,
        refusals: Refusals,
        pulse: Pulse,
        table: Table | None,
        budget_s: float,
        together: Sequence[str] = (),
    ) -> None:
        """`budget_s`, `together`: see streams.delivery.attempts.Attempts."""
        self._stage = stage
        self._outbox = outbox
        self._refusals = refusals
        self._pulse = pulse
        self._table = table
        self._attempts = Attempts(stage, budget_s, together)

    async def work(self, messages: Sequence[Message]) -> int:
        """How many of the messages, from the first, are done: written and confirmed, so that they may be acknowledged.

        `messages`: of one partition, by rising offset, at least one. StageFailedError ends the worker.
        """
        with BATCH_SECONDS.labels(self._stage.name).time():
            if self._table is None:
                outcome = await self._attempts.process(messages, None)
                await self._publish(messages[0], outcome)
            else:
                overlay = Overlay(self._table.at(messages[0].partition))
                outcome = await self._attempts.process(messages, overlay)
                await self._publish(messages[0], outcome)
                await self._keep(self._table, overlay, messages[0])
        self._count(messages[0].topic, outcome)
        return outcome.done

    async def wake(self, table: Table, wakes: Sequence[Wake]) -> int:
        """How many of the timers, from the first, are done: what they led to is written, the changed states are taken.

        `wakes`: of one partition, at least one. StageFailedError ends the worker.
        """
        with BATCH_SECONDS.labels(self._stage.name).time():
            overlay = Overlay(table.at(wakes[0].partition))
            outcome = await self._attempts.process(wakes, overlay)
            await self._write(wakes[0], outcome.outputs)
            await self._keep(table, overlay, wakes[0])
        MESSAGES_OUT.labels(self._stage.name).inc(len(outcome.outputs))
        lateness, done_at = WAKE_LATENESS.labels(self._stage.name), now().timestamp()
        for wake in wakes[: outcome.done]:
            lateness.observe(max(0.0, done_at - wake.at / 1000))
        return outcome.done

    async def _publish(self, first: Message, outcome: Outcome) -> None:
        self._refusals.take(outcome.refused)
        await self._write(first, outcome.outputs)

    async def _keep(self, table: Table, overlay: Overlay, first: Message | Wake) -> None:
        changes = table.records(first.partition, overlay.changed)
        table.apply(first.partition, changes, await self._write(first, changes))

    def _count(self, topic: str, outcome: Outcome) -> None:
        stage = self._stage.name
        MESSAGES_IN.labels(stage, topic).inc(outcome.done)
        MESSAGES_OUT.labels(stage).inc(len(outcome.outputs))
        if refused := sum(outcome.refused):
            DEAD_LETTERS.labels(stage, topic).inc(refused)

    async def _write(self, first: Message | Wake, outputs: Sequence[Output]) -> list[int]:
        """Offsets of what was written. A broker that is away is waited for; StageFailedError when it stays away.

        The same records go to the same producer again, so that none overtakes another.
        """
        pauses = waits()
        for attempt in range(1, _DELIVERIES + 1):
            self._pulse.check()
            try:
                return await self._outbox.deliver(outputs)
            except Exception as failure:
                if not is_transient(failure) or attempt == _DELIVERIES:
                    why = f"{self._stage.name}: the broker does not confirm what {first.place} and the following led to"
                    raise StageFailedError(f"{why} ({type(failure).__name__})") from None
                where = {"place": first.place, "stage": self._stage.name, "exception": type(failure).__name__}
                _log.warning("the broker does not confirm: written again", extra={**where, "attempts": attempt})
            await asyncio.sleep(next(pauses))
        raise AssertionError("unreachable: the last attempt returns or raises")
