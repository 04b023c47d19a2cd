"""`python -m tests.bench.gated_worker SOURCE TARGET GATE`: a forwarding worker that waits for the file GATE.

So that several workers have joined their group, and hold their partitions, before the first record is processed.
"""

import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from streams.delivery.message import Message, Output
from streams.delivery.state import StateView
from streams.delivery.worker import make_worker
from streams.settings import Settings
from tests.bench.forwarders import serve


class Gated:
    """A stage that hands every record on, once the gate is open."""

    name = "bench-gated"
    group = "inland-bench"
    deadline_s = 300.0
    concurrency = 1

    def __init__(self, target: str, gate: Path) -> None:
        self._target, self._gate, self._open = target, gate, False

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
        if not self._open:
            while not self._gate.exists():  # noqa: ASYNC110 - another process opens it
                await asyncio.sleep(0.02)
            self._open = True
        return [Output(self._target, message.key, message.value, message.headers)]


def main() -> None:
    """Run until the parent ends the process."""
    logging.basicConfig(level=logging.WARNING)
    source, target, gate = sys.argv[1:]
    worker = make_worker(target, Settings())
    worker.agent(Gated(target, Path(gate)), [source])
    serve(worker)


if __name__ == "__main__":
    main()
