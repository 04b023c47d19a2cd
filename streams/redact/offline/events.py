"""Recorded deliveries and row changes through the redact stage itself: what it would publish, and what it refuses.

The stage's time is the records' time, as in a replay: the same input gives the same events.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from avro_schemas.codec import Codec
from avro_schemas.records import CommerceEvent, PrivacyFinding
from streams.clock import from_ms, to_ms
from streams.delivery.deadletters import CauseError, cause_of
from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from streams.delivery.remembered import RecordClock, Remembered
from streams.delivery.stage import WakingStage
from streams.delivery.state import Attempt, Overlay
from streams.redact.last import message_of
from streams.redact.offline.answer import Line, LineError, error
from streams.redact.offline.recorded import Silent
from streams.redact.offline.summary import Summary
from topics.catalogue import DEAD_LETTER_SUFFIX
from topics.names import PRIVACY_FINDINGS, SHOP_CDC_PARTS, commerce_events

# As in a replay: half a save is not taken for a whole one because Debezium was slow.
_SLOW = timedelta(seconds=10)
_AT_ONCE = 100

Read = Callable[[Line], Message]
Answer = dict[str, Any]


class Events:
    """Answers lines of `--from webhooks` and `--from debezium`. Used in a `with` block: it owns an event loop."""

    def __init__(  # noqa: PLR0913, PLR0917  # put together in streams.redact.offline.wiring alone
        self, stage: WakingStage, codec: Codec, clock: RecordClock, read: Read, patience: timedelta, summary: Summary
    ) -> None:
        """`clock`: the one that the stage was given; `patience`: how long after the last line it may still wait."""
        self._stage = stage
        self._codec = codec
        self._clock = clock
        self._read = read
        self._patience = patience
        self._summary = summary
        self._state = Remembered()
        self._loop = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._loop.close()

    def answers(self, lines: Sequence[Line]) -> list[Answer]:
        """The events that the lines lead to, in the order in which they are told."""
        return [answer for line in lines for answer in self._line(line)]

    def rest(self) -> list[Answer]:
        """The events of what was still waited for, and errors for what waits in vain."""
        return self._woken(self._clock.now + self._patience)

    def _line(self, line: Line) -> list[Answer]:
        self._summary.read += 1
        try:
            message = self._read(line)
        except Silent as silent:
            self._summary.silent[silent.why] += 1
            return []
        except LineError as failed:
            return [self._held_back(line.number, failed)]
        woken = self._woken(message.timestamp - _SLOW)
        self._clock.now = max(self._clock.now, message.timestamp)
        told = self._taken(message)
        if not told:
            self._summary.silent["repeated, no change, or part of what is told later"] += 1
        return [*woken, *told]

    def _taken(self, message: Message) -> list[Answer]:
        overlay = Overlay(self._state)
        try:
            outputs = self._loop.run(self._processed(message, overlay))
        except RefusedError as refused:
            return [self._held_back(message.offset, LineError(refused.rule, refused.remedy))]
        except Exception as failed:  # fail closed, and never with a message that may quote the record
            return [self._held_back(message.offset, _broken(failed))]
        self._keep(overlay)
        return [*self._told(outputs), *self._parts(outputs, message)]

    async def _processed(self, message: Message, overlay: Overlay) -> Sequence[Output]:
        return await self._stage.process(message, Attempt(overlay))

    def _parts(self, outputs: Iterable[Output], message: Message) -> list[Answer]:
        """A line's or refund's way to its order: by a topic of its own in Kafka, at once here."""
        parts = (output for output in outputs if output.topic == SHOP_CDC_PARTS)
        return [
            answer
            for part in parts
            for answer in self._taken(Message(part.topic, 0, message.offset, part.key, part.value, self._clock.now))
        ]

    def _woken(self, until: datetime) -> list[Answer]:
        answers: list[Answer] = []
        while due := self._state.timers.due(to_ms(until), _AT_ONCE):
            for key, at in due:
                self._clock.now = max(self._clock.now, from_ms(at))
                answers += self._rung(key)
        return answers

    def _rung(self, key: str) -> list[Answer]:
        overlay, last = Overlay(self._state), message_of(self._state.get(key) or {})
        try:
            outputs = self._loop.run(self._looked(key, overlay))
        except Exception as failed:  # as for a line; and what failed once would ring for ever
            self._state.delete(key)
            return [self._held_back(last.offset if last else 0, _broken(failed))]
        self._keep(overlay)
        return self._told(outputs)

    async def _looked(self, key: str, overlay: Overlay) -> Sequence[Output]:
        return await self._stage.wake(key, overlay)

    def _keep(self, overlay: Overlay) -> None:
        for key, state in overlay.changed.items():
            if state is None:
                self._state.delete(key)
            else:
                self._state.put(key, state)

    def _told(self, outputs: Iterable[Output]) -> list[Answer]:
        events: list[CommerceEvent] = []
        findings: defaultdict[str, list[PrivacyFinding]] = defaultdict(list)
        errors: list[Answer] = []
        for output in outputs:
            if output.topic.startswith(commerce_events("")):
                events.append(self._codec.decode("commerce_event", output.value))
            elif output.topic == PRIVACY_FINDINGS:
                finding: PrivacyFinding = self._codec.decode("privacy_finding", output.value)
                findings[finding["event_id"]].append(finding)
            elif output.topic.endswith(DEAD_LETTER_SUFFIX):
                errors.append(self._dead(output))
        return [*(self._shown(event, findings[event["event_id"]]) for event in events), *errors]

    def _shown(self, event: CommerceEvent, findings: list[PrivacyFinding]) -> Answer:
        self._summary.answered[event["event_type"]] += 1
        self._summary.found.update(finding["entity_type"] for finding in findings)
        return {**event, FINDINGS: findings}

    def _dead(self, output: Output) -> Answer:
        letter = Message(output.topic, 0, 0, output.key, output.value, self._clock.now, output.headers)
        try:
            cause = cause_of(letter)
        except CauseError as broken:
            return self._held_back(0, LineError("redact: refused", str(broken)))
        return self._held_back(cause.offset, LineError(cause.rule, cause.remedy))

    def _held_back(self, number: int, failed: LineError) -> Answer:
        self._summary.held_back[failed.rule] += 1
        return error(number, failed)


def _broken(failed: Exception) -> LineError:
    rule = f"redact: the record cannot be processed ({type(failed).__name__})"
    return LineError(rule, "report what kind of record it is, and the detector's version")


FINDINGS = "findings"
"""Where an event's findings stand in its answer."""
