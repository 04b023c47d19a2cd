"""`python -m tests.platform.delivery.counting_worker APP SOURCE TARGET`: a worker whose state shows every loss.

Messages carry a key and a number, 1, 2, 3 … for each key. The stage keeps the highest number of each key and how many
it has counted; a number that is not higher is a repetition and counts nothing. Its outputs tell both: at the end the
count of every key is its highest number, unless a message or a state was lost on the way.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import orjson

from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.serve import serve
from streams.delivery.state import StateView
from streams.delivery.table import Table
from streams.delivery.worker import make_worker
from streams.log import configure
from streams.settings import Settings
from topics.names import dead_letters

PARTITIONS = 4
MEMORY = "COUNTING_IN_MEMORY"
"""Environment variable: set for a table that is not kept on disk."""
GATE = "COUNTING_GATE"
"""Environment variable: a file that must be there before anything is processed."""


def topics_of(app: str, source: str, target: str) -> dict[str, dict[str, str]]:
    """Every topic that the worker needs, with its configuration."""
    changelog = f"inland-{app}-counts-changelog"
    return {source: {}, dead_letters(source): {}, target: {}, changelog: {"cleanup.policy": "compact"}}


class Count:
    """The stage."""

    deadline_s = 300.0
    concurrency = 1

    def __init__(self, name: str, target: str) -> None:
        self.name = name
        self.group = f"inland-{name}"
        self._target = target
        self._gate = Path(os.environ[GATE]) if GATE in os.environ else None

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
        while self._gate and not self._gate.exists():  # noqa: ASYNC110 - the test opens it
            await asyncio.sleep(0.05)
        if not (message.value or b"").isdigit():
            raise RefusedError("counting: no number", "write numbers")
        key, number = (message.key or b"").decode(), int(message.value or b"0")
        kept = state.get(key) or {"highest": 0, "count": 0}
        if number > kept["highest"]:
            kept = {"highest": number, "count": kept["count"] + 1}
            state.put(key, kept)
        return [Output(self._target, message.key, orjson.dumps(kept))]


def main() -> None:
    """Run until a signal."""
    configure()
    name, source, target = sys.argv[1:]
    worker = make_worker(name, Settings())
    worker.agent(
        Count(name, target), [source], table=Table(worker.app, "counts", PARTITIONS, on_disk=MEMORY not in os.environ)
    )
    serve(worker)


if __name__ == "__main__":
    main()
