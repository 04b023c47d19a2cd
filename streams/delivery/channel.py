"""Queues of Faust that keep what was put into them.

Faust empties every queue it makes whenever it resumes the flow of records (mode, `FlowControlEvent.resume`), which it
does several times after a rebalance, with records on their way between. What is dropped so is read again by nobody: the
consumer's position is behind it. A lane would never be taken up again, a standby copy would miss changes for ever.
"""

import asyncio
from typing import Any, cast

from faust.channels import Channel
from mode.utils.queues import FlowControlEvent, ThrowableQueue

from streams.delivery.lanes import Lane


def keeping_queue(maxsize: int) -> "ThrowableQueue[Any]":
    """A queue that nobody empties but its reader; `maxsize` 0 for no bound."""
    return ThrowableQueue(maxsize=maxsize, flow_control=FlowControlEvent(initially_suspended=False))


class LaneChannel(Channel[Lane]):
    """How an agent gets its lanes. Unbounded: it holds lanes, of which there are as many as partitions."""

    @property
    def queue(self) -> "ThrowableQueue[Any]":
        """See faust.channels.Channel."""
        if self._queue is None:
            self._queue = keeping_queue(maxsize=0)
        return self._queue

    def offer(self, lane: Lane) -> bool:
        """Have the agent take the lane up; False when there is no agent yet. Gives nobody else a turn meanwhile."""
        subscribers = tuple((self._root or self)._subscribers)
        for subscriber in subscribers:
            cast("asyncio.Queue[Any]", subscriber.queue).put_nowait(lane)
        return bool(subscribers)
