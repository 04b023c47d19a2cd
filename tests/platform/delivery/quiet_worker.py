"""`python -m tests.platform.delivery.quiet_worker APP TARGET SOURCE SOURCE …`: a worker that tells when keys are quiet.

As in counting_worker, messages carry a key and a number, 1, 2, 3 … for each key, here in each of several topics that
share one table. A state keeps the highest number of each topic, and how many were counted in all; when no more has come
for a while the count is told, under an identity of key and count. At the end the count told last is the sum of the
highest numbers, unless a message, a state or a timer was lost, or two topics have overwritten each other's count.
"""

import asyncio
import os
import sys
from collections.abc import Sequence

import orjson

from streams.delivery.message import Message, Output
from streams.delivery.serve import serve
from streams.delivery.state import WAKE_AT, StateView
from streams.delivery.table import Table
from streams.delivery.worker import make_worker
from streams.log import configure
from streams.settings import Settings
from tests.platform.delivery.counting_worker import MEMORY, PARTITIONS

QUIET_MS = "QUIET_MS"
"""Environment variable: how long a key must be quiet, milliseconds; 500 without it."""
FORGET = "QUIET_FORGET"
"""Environment variable: set for a stage that deletes a state once it has told of it."""


class Quiet:
    """The stage."""

    deadline_s = 300.0
    concurrency = 1

    def __init__(self, name: str, target: str) -> None:
        self.name = name
        self.group = f"inland-{name}"
        self._target = target
        self._quiet_ms = int(os.environ.get(QUIET_MS, "500"))

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
        key, number = (message.key or b"").decode(), int(message.value or b"0")
        kept = state.get(key) or {"highest": {}, "count": 0}
        # Whatever else works on this partition would have its chance to come between reading and writing.
        await asyncio.sleep(0)
        if number > kept["highest"].get(message.topic, 0):
            highest = {**kept["highest"], message.topic: number}
            at = int(message.timestamp.timestamp() * 1000) + self._quiet_ms
            state.put(key, {"highest": highest, "count": kept["count"] + 1, WAKE_AT: at})
        return []

    async def wake(self, key: str, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.WakingStage."""
        kept = state.get(key) or {}
        if FORGET in os.environ:
            state.delete(key)
        else:
            state.put(key, {"highest": kept["highest"], "count": kept["count"]})
        told = {"id": f"{key}:{kept['count']}", "count": kept["count"], "highest": sum(kept["highest"].values())}
        return [Output(self._target, key.encode(), orjson.dumps(told))]


def main() -> None:
    """Run until a signal."""
    configure()
    name, target, *sources = sys.argv[1:]
    worker = make_worker(name, Settings())
    table = Table(worker.app, "counts", PARTITIONS, on_disk=MEMORY not in os.environ)
    worker.agent(Quiet(name, target), sources, table=table)
    serve(worker)


if __name__ == "__main__":
    main()
