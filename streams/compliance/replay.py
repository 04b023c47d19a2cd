"""Replay: recorded changes go through the same mapping and redaction again, and are held against what was published.

Nothing is written to Kafka. What the stage knows of an entity comes from both routes: both are read from the beginning,
in the order of their time, with the stage's clock at the time of the record. What is reported is the range.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from avro_schemas.codec import Codec
from avro_schemas.records import CommerceEvent
from streams.clock import from_ms, to_ms
from streams.compliance.difference import VERSIONS, differing, explain
from streams.compliance.together import read_together
from streams.delivery.message import Message, Output
from streams.delivery.reading import Edge, read
from streams.delivery.refusal import RefusedError
from streams.delivery.remembered import RecordClock, Remembered
from streams.delivery.stage import WakingStage
from topics.model import REGIONS
from topics.names import commerce_events

# After the last record: what waits for a quiet moment is told, what waits for longer is not.
_AFTERWARDS = timedelta(seconds=5)
# Debezium may have been slow: half a save is not taken for a whole one. A rest in the shop's own time ends one.
_SLOW = timedelta(seconds=10)
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one recorded message, or of what it led to."""

    place: str
    outcome: str
    """same, differs, not_published, refused, repeated_or_no_change"""
    event: CommerceEvent | None = field(default=None, repr=False)
    fields: tuple[str, ...] = ()
    why: str = ""


async def published(bootstrap: str, codec: Codec) -> dict[str, CommerceEvent]:
    """Every commerce event that the regions' topics still hold, by event id."""
    found: dict[str, CommerceEvent] = {}
    for region in REGIONS:
        async for message in read(bootstrap, commerce_events(region), "earliest", "latest"):
            event: CommerceEvent = codec.decode("commerce_event", message.value)
            found.setdefault(event["event_id"], event)
    return found


class Replay:
    """One replay of all that a stage reads."""

    def __init__(self, bootstrap: str, codec: Codec, stage: WakingStage, clock: RecordClock) -> None:
        """`clock`: the one that the stage was given."""
        self._bootstrap = bootstrap
        self._codec = codec
        self._stage = stage
        self._clock = clock
        self._told: Mapping[str, CommerceEvent] = {}

    async def lines(self, sources: Sequence[str], topic: str, first: Edge, end: Edge) -> AsyncIterator[Line]:
        """Lines for the messages of the range of `topic`, one of `sources`, and for what they led to later."""
        self._told = await published(self._bootstrap, self._codec)
        wanted = {message.place async for message in read(self._bootstrap, topic, first, end)}
        async for messages in read_together(self._bootstrap, sources):
            state = Remembered()
            self._clock.now = datetime.fromtimestamp(0, UTC)
            async for message in messages:
                woken = await self._woken(state, message.timestamp - _SLOW)
                for line in [*woken, *await self._taken(message, state)]:
                    if line.place in wanted:
                        yield line
            for line in await self._woken(state, self._clock.now + _AFTERWARDS):
                if line.place in wanted:
                    yield line

    async def _taken(self, message: Message, state: Remembered) -> list[Line]:
        self._clock.now = max(self._clock.now, message.timestamp)
        try:
            outputs = await self._stage.process(message, state)
        except RefusedError as refused:
            return [Line(message.place, "refused", why=str(refused))]
        found = self._compared(outputs)
        return found or [Line(message.place, "repeated_or_no_change")]

    async def _woken(self, state: Remembered, until: datetime) -> list[Line]:
        lines: list[Line] = []
        while due := state.timers.due(to_ms(until), _AT_ONCE):
            for key, at in due:
                self._clock.now = max(self._clock.now, from_ms(at))
                lines += self._compared(await self._stage.wake(key, state))
        return lines

    def _compared(self, outputs: Sequence[Output]) -> list[Line]:
        decoded = (self._decoded(output) for output in outputs if output.topic.startswith(commerce_events("")))
        return [_compared(event, self._told.get(event["event_id"])) for event in decoded]

    def _decoded(self, output: Output) -> CommerceEvent:
        event: CommerceEvent = self._codec.decode("commerce_event", output.value)
        return event


def _compared(event: CommerceEvent, before: CommerceEvent | None) -> Line:
    place = f"{event['source_topic']}[{event['source_partition']}]@{event['source_offset']}"
    if before is None:
        why = "refused when it came, expired since, or not yet through: see the dead letters and the stage's lag"
        return Line(place, "not_published", event, why=why)
    paths = differing(before, event)
    content = [path for path in paths if path not in VERSIONS]
    # Another version of policy or detectors that comes to the same content has changed nothing for anybody.
    return Line(place, "differs" if content else "same", event, tuple(paths), explain(paths) if paths else "")
