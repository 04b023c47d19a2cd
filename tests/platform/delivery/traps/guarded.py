"""`python -m tests.platform.delivery.traps.guarded SITUATION`: the same situations in Inland's worker."""

import asyncio
import sys
from collections.abc import Sequence

import orjson

from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.serve import serve
from streams.delivery.state import StateView
from streams.delivery.table import Table
from streams.delivery.worker import make_worker
from streams.log import configure, logger
from streams.settings import Settings
from tests.platform.delivery.traps.situation import BATCH, FATAL, TABLE, Situation

_log = logger("worker")


class Trapped:
    """A stage that writes what it reads, or counts it, and in which the same goes wrong as in plain.py."""

    name = "trap"
    deadline_s = 600.0

    def __init__(self, given: Situation) -> None:
        self._given = given
        self.group = given.group
        self.concurrency = BATCH if given.trap == "gap" else 1

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
        value = message.value or b""
        if value == FATAL and self._given.first("failed"):
            if self._given.trap in ("sigterm", "gap"):
                await asyncio.sleep(600)
            if self._given.trap == "crashing":
                # A failure of the world around is waited for; a defect ends the worker.
                raise LookupError("a defect of the stage")
            raise ConnectionError("the world around has failed")
        match self._given.trap:
            case "undecodable":
                value = self._decoded(value)
            case "changelog":
                value = self._count(message, state)
        return [Output(self._given.target, None, value)]

    def _decoded(self, value: bytes) -> bytes:
        try:
            return str(orjson.loads(value)).encode()
        except orjson.JSONDecodeError:
            raise RefusedError("test: no JSON", "find out who wrote it") from None

    def _count(self, message: Message, state: StateView) -> bytes:
        key = message.key or b""
        count = (state.get(key.decode()) or {"count": 0})["count"] + 1
        state.put(key.decode(), {"count": count})
        return key + b" %d" % count


def main(given: Situation) -> None:
    """Run the worker until a signal or a failure, as `inland worker` does."""
    worker = make_worker(given.name, Settings())
    table = Table(worker.app, TABLE, partitions=1) if given.trap == "changelog" else None
    worker.agent(Trapped(given), [given.source], table=table, batch=BATCH)
    serve(worker)


if __name__ == "__main__":
    configure()
    main(Situation.of(sys.argv[1]))
