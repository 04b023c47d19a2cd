"""Sees to it that the recovery of tables ends: with every record taken in, or with the worker.

Faust waits for the record at the changelog's last offset. Compaction and retention may have removed that one, and then
it waits for ever, silently, with the partitions in its hands.
"""

from typing import Any

from mode import Service

from streams.delivery.failure import TableBrokenError
from streams.log import logger

_log = logger("recovery")
_LOOK_S = 1.0
# The last offset of a changelog may be a hole; that is seen when nothing more has come for so long.
_HOLE_S = 5.0


def guard_recovery(app: Any, timeout_s: float) -> None:
    """Watch over every recovery of the app; `timeout_s`: longest time without a record before the worker ends."""

    class RecoveryGuard(Service):
        @Service.task
        async def _guard(self) -> None:
            still_s, before = 0.0, -1
            while not self.should_stop:
                await self.sleep(_LOOK_S)
                remaining = _remaining(app)
                still_s = still_s + _LOOK_S if remaining and remaining == before else 0.0
                before = remaining
                if still_s >= _HOLE_S:
                    await _pass_holes(app)
                if still_s >= timeout_s:
                    await app.crash(_broken(app, still_s))
                    return

    app.service(RecoveryGuard)


def _remaining(app: Any) -> int:
    recovery = app.tables.recovery
    return sum(max(left, 0) for left in recovery.active_remaining().values()) if recovery.in_recovery else 0


async def _pass_holes(app: Any) -> None:
    """Where the position is behind the last offset, all that is left has been read: the rest are holes."""
    recovery = app.tables.recovery
    for tp, highwater in recovery.active_highwaters.items():
        position = await app.consumer.position(tp)
        if recovery.active_offsets[tp] < highwater and position is not None and position > highwater:
            place = {"place": f"{tp.topic}[{tp.partition}]@{highwater}"}
            _log.info("the changelog ends with a hole that compaction left", extra=place)
            recovery.active_offsets[tp] = highwater


def _broken(app: Any, after_s: float) -> TableBrokenError:
    left = {
        f"{tp.topic}[{tp.partition}]": remaining
        for tp, remaining in app.tables.recovery.active_remaining().items()
        if remaining > 0
    }
    return TableBrokenError(
        f"tables were not recovered: nothing more came within {after_s:.0f} s, records missing by partition: {left}. "
        "See that the changelogs exist and have a leader; the worker can be started again at any time"
    )
