"""Puts a process into a situation: topics of its own, a supervisor that starts it again, a look at what came out."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra.local.platform import Platform
from infra.local.ports import free_ports
from infra.local.settings import ROOT
from streams.delivery.message import Message, Output
from streams.delivery.outbox import Outbox
from streams.delivery.reading import read
from tests.platform.delivery.traps.situation import Situation, Trap, Way
from topics.names import dead_letters

TERM, KILL = signal.SIGTERM, signal.SIGKILL
PATIENCE_S = 90.0
_MODULES: dict[Way, str] = {
    "plain": "tests.platform.delivery.traps.plain",
    "inland": "tests.platform.delivery.traps.guarded",
}
_STARTS = 8
_STOP_S = 30.0


class Supervised:
    """A process that is started again whenever it ends, as a deployment's supervisor would, eight times at most."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self._command, self._environment, self._log = command, environment, log
        self._closing = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self.exits: list[int] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with self._log.open("ab") as log:
            for _ in range(_STARTS):
                self._process = subprocess.Popen(
                    self._command, env=self._environment, cwd=ROOT, stdout=log, stderr=log, stdin=subprocess.DEVNULL
                )
                self.exits.append(self._process.wait())
                if self._closing.is_set():
                    return

    def signal(self, number: int) -> None:
        """Send a signal and wait until the process has ended; it is killed when it does not."""
        ended = len(self.exits) + 1
        assert self._process is not None
        self._process.send_signal(number)
        with contextlib.suppress(AssertionError):
            eventually("the process ends", lambda: len(self.exits) >= ended, _STOP_S)
        if len(self.exits) < ended:
            self._process.kill()

    def close(self, number: int = KILL) -> None:
        """End it for good, by the signal; SIGKILL when that does not do it."""
        self._closing.set()
        ends = time.monotonic() + _STOP_S
        while self._thread.is_alive():
            if self._process is not None:
                self._process.send_signal(number if time.monotonic() < ends else KILL)
            self._thread.join(1.0)


@dataclass(slots=True)
class Stand:
    """One situation, one way."""

    platform: Platform
    situation: Situation
    way: Way
    log: Path
    process: Supervised | None = None
    written: list[bytes] = field(default_factory=list)

    @property
    def ends(self) -> list[int]:
        """Exit statuses so far."""
        return self.process.exits if self.process else []

    def create(self) -> None:
        """Make the topics."""
        given = self.situation
        asyncio.run(_create(given.bootstrap, [given.source, dead_letters(given.source), given.target, given.changelog]))

    def write(self, *values: bytes, key: bytes | None = None, topic: str = "") -> None:
        """Write records, confirmed and in order."""
        outputs = [Output(topic or self.situation.source, key, value) for value in values]
        asyncio.run(_deliver(self.situation.bootstrap, outputs))
        if not topic:
            self.written += values

    def start(self) -> None:
        """Start the process."""
        command = [sys.executable, "-m", _MODULES[self.way], self.situation.told()]
        own = {"INLAND_HTTP_PORT": str(free_ports()["redact_port"]), "INLAND_DATA_DIR": self.situation.folder}
        self.process = Supervised(command, {**os.environ, **self.platform.environment, **own}, self.log)

    def signal(self, number: int) -> None:
        """Signal the process; its successor starts."""
        assert self.process is not None
        self.process.signal(number)

    def stop(self) -> None:
        """SIGTERM, and no successor until `start`."""
        assert self.process is not None
        self.process.close(TERM)

    def passed(self, within_s: float = PATIENCE_S) -> None:
        """Wait until the group has committed everything written so far."""
        try:
            eventually("the group has passed all records", lambda: self.committed() >= len(self.written), within_s)
        except AssertionError as error:
            error.add_note(f"exits {self.ends}; log: {self.told()[-3000:]}")
            raise

    def committed(self) -> int:
        """The group's committed offset."""
        return asyncio.run(_committed(self.situation.bootstrap, self.situation.group, self.situation.source))

    def outputs(self) -> list[bytes]:
        """What was written to the target so far."""
        return [message.value or b"" for message in self._all(self.situation.target)]

    def changelog(self) -> list[Message]:
        """Records of the table's changelog."""
        return self._all(self.situation.changelog)

    def dead_letters(self) -> list[bytes]:
        """What was refused so far."""
        return [message.value or b"" for message in self._all(dead_letters(self.situation.source))]

    def _all(self, topic: str) -> list[Message]:
        return asyncio.run(_read(self.situation.bootstrap, topic))

    def lost(self) -> set[bytes]:
        """Records that the group has passed, and that are nowhere now."""
        kept = {*self.outputs(), *self.dead_letters()}
        return {value for value in self.written if value not in kept}

    def told(self) -> str:
        """The log of the process."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def stand(platform: Platform, trap: Trap, way: Way, folder: Path) -> Iterator[Stand]:
    """A situation with its topics made; the process, once started, ends with the block."""
    marks = folder / "marks"
    marks.mkdir()
    name = f"trap-{trap}-{way}-{uuid4().hex[:8]}"
    situation = Situation(trap, platform.settings.kafka_bootstrap, name, str(marks))
    made = Stand(platform, situation, way, folder / "process.log")
    made.create()
    try:
        yield made
    finally:
        if made.process is not None:
            made.process.close()


def eventually(what: str, holds: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
    """Wait until it holds; AssertionError naming `what` when it does not in time."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, f"not within {within_s:g} s: {what}"
        time.sleep(0.1)


async def _create(bootstrap: str, topics: Sequence[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, 1, 1) for topic in topics])
    finally:
        await admin.close()


async def _deliver(bootstrap: str, outputs: Sequence[Output]) -> None:
    async with Outbox(bootstrap, "trap", 10.0) as outbox:
        await outbox.deliver(outputs)


async def _committed(bootstrap: str, group: str, topic: str) -> int:
    partition = TopicPartition(topic, 0)
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        told = await admin.list_consumer_group_offsets(group, partitions=[partition])
    finally:
        await admin.close()
    return told[partition].offset if partition in told else -1


async def _read(bootstrap: str, topic: str) -> list[Message]:
    return [message async for message in read(bootstrap, topic, "earliest", "latest")]
