"""`python -m tests.platform.delivery.traps.plain SITUATION`: Faust as its documentation shows it, no Inland in it."""

import asyncio
import logging
import sys
from collections.abc import Callable
from typing import Any

import faust
from mode import CrashingSupervisor

from tests.platform.delivery.traps.situation import BATCH, FATAL, TABLE, Situation

RAW: dict[str, Any] = {"key_serializer": "raw", "value_serializer": "raw", "key_type": bytes, "value_type": bytes}
Body = Callable[[Any], Any]


def _nothing() -> dict[str, int]:
    return {"count": 0}


class Plain:
    """One app of one agent."""

    def __init__(self, given: Situation) -> None:
        self._given = given
        self.app = faust.App(
            given.group,
            broker=f"kafka://{given.bootstrap}",
            datadir=given.folder,
            store="memory://",
            web_enabled=False,
            consumer_auto_offset_reset="earliest",
            topic_disable_leader=True,
            # Of Faust's defaults only what makes a test wait; no part in any trap.
            topic_allow_declare=False,
            broker_commit_interval=0.2,
            broker_session_timeout=10.0,
            broker_heartbeat_interval=2.0,
            # In-flight work at SIGTERM: the default (True) waits for it, without any deadline.
            stream_wait_empty=False,
        )
        self._target = self.app.topic(given.target, **RAW)

    def run(self) -> None:
        """Until a signal or a crash."""
        source, body = self._wired()
        strategy = CrashingSupervisor if self._given.trap == "crashing" else None
        self.app.agent(source, name="trap", supervisor_strategy=strategy)(body)
        faust.Worker(self.app, override_logging=False, redirect_stdouts=False, quiet=True).execute_from_commandline()

    def _wired(self) -> tuple[Any, Body]:
        source = self._given.source
        match self._given.trap:
            case "undecodable":
                return self.app.topic(source), self.decoded
            case "changelog":
                table = self.app.Table(TABLE, default=_nothing, key_type=str, partitions=1)
                return self.app.topic(source, key_type=str), self.counts(table)
            case "take":
                return self.app.topic(source, **RAW), self.take
            case "sigterm":
                return self.app.topic(source, **RAW), self.slow
            case "gap":
                return self.app.topic(source, **RAW), self.gap
            case _:
                return self.app.topic(source, **RAW), self.raises

    async def _write(self, value: bytes) -> None:
        await (await self._target.send(value=value))

    async def raises(self, stream: Any) -> None:
        """An agent that fails on one record."""
        async for value in stream:
            if value == FATAL and self._given.first("failed"):
                raise ConnectionError("the world around has failed")
            await self._write(value)

    async def take(self, stream: Any) -> None:
        """An agent that fails on one batch."""
        async for values in stream.take(BATCH, within=2.0):
            if FATAL in values and self._given.first("failed"):
                raise ConnectionError("the world around has failed")
            for value in values:
                await self._write(value)

    async def slow(self, stream: Any) -> None:
        """An agent that is at work on one record when it is told to stop."""
        async for value in stream:
            if value == FATAL and self._given.first("failed"):
                await asyncio.sleep(600)
            await self._write(value)

    async def gap(self, stream: Any) -> None:
        """An agent that acknowledges what is finished, while one record is not."""
        async for event in stream.noack().events():
            if event.value == FATAL and self._given.first("failed"):
                continue
            await self._write(event.value)
            await stream.ack(event)

    async def decoded(self, stream: Any) -> None:
        """An agent on JSON."""
        async for value in stream:
            await self._write(str(value).encode())

    def counts(self, table: Any) -> Body:
        """An agent that counts records by key in a table."""

        async def body(stream: Any) -> None:
            async for event in stream.events():
                count = table[event.key]["count"] + 1
                table[event.key] = {"count": count}
                await self._write(event.message.key + b" %d" % count)

        return body


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    Plain(Situation.of(sys.argv[1])).run()
