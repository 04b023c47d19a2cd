"""What the tests of the delivery layer stand on: a stage that does as its message says, outbox and table in memory."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from streams.delivery.failure import UnavailableError
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.state import Overlay, Readable, State, StateView

AT = datetime(2026, 5, 4, tzinfo=UTC)


def message(offset: int, value: bytes = b"v") -> Message:
    """A message of `some.topic`, partition 1."""
    return Message("some.topic", 1, offset, b"key", value, AT, (("trace", b"1"),))


def messages(*values: bytes) -> list[Message]:
    """Messages from offset 0 on."""
    return [message(at, value) for at, value in enumerate(values)]


class Echo:
    """Writes what it reads, but for the words it knows; counts in its state when told to."""

    name = "echo"
    group = "inland-echo"
    deadline_s = 0.05

    def __init__(self, concurrency: int = 1, counting: bool = False, away: int = 1) -> None:
        """`away`: how many times the dependency of an `away` message does not answer."""
        self.concurrency = concurrency
        self.counting = counting
        self.away = away
        self.seen: Counter[int] = Counter()

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        """See streams.delivery.stage.Stage."""
        self.seen[message.offset] += 1
        if self.counting:
            count = (state.get("n") or {"count": 0})["count"] + 1
            state.put("n", {"count": count})
            self._obey(message)
            return [Output("out", None, str(count).encode())]
        self._obey(message)
        if message.value == b"slow":
            await asyncio.sleep(60)
        return [Output("out", message.key, message.value)]

    def _obey(self, message: Message) -> None:
        match message.value:
            case b"poison":
                raise RefusedError("test: it is poison", "do not drink it")
            case b"broken":
                raise ZeroDivisionError("the secret of the record")
            case b"away" if self.seen[message.offset] <= self.away:
                raise UnavailableError("the model")


class Journal:
    """An outbox and a table that write down what is done to them, in order."""

    def __init__(self, failures: Sequence[Exception] = (), state: Mapping[str, State] | None = None) -> None:
        """`failures`: what the first deliveries end with."""
        self.lines: list[str] = []
        self.written: list[Output] = []
        self.state: dict[str, State] = dict(state or {})
        self._failures = list(failures)

    async def deliver(self, outputs: Sequence[Output]) -> list[int]:
        """As streams.delivery.outbox.Outbox."""
        if outputs and self._failures:
            self.lines.append("failed")
            raise self._failures.pop(0)
        if outputs:
            self.lines.append(f"wrote {len(outputs)} to {outputs[0].topic}")
        self.written += outputs
        return list(range(len(outputs)))

    def at(self, partition: int) -> Readable:
        """As streams.delivery.table.Table."""
        return self.state

    def records(self, partition: int, changed: Mapping[str, State | None]) -> list[Output]:
        """As streams.delivery.table.Table."""
        self._changed = dict(changed)
        return [Output("changelog", key.encode(), b"", partition=partition) for key in changed]

    def apply(self, partition: int, records: Sequence[Output], offsets: Sequence[int]) -> None:
        """As streams.delivery.table.Table."""
        self.lines.append(f"took in {len(records)} of {partition}")
        for key, state in self._changed.items():
            if state is None:
                self.state.pop(key, None)
            else:
                self.state[key] = state


def overlay(state: Mapping[str, State] | None = None) -> Overlay:
    """The changes above a state."""
    return Overlay(dict(state or {}))
