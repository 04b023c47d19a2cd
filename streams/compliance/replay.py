"""Replay: recorded changes go through the same mapping and redaction again, and are held against what was published.

Nothing is written to Kafka. Row changes need what earlier rows told of their order: their state is built from the
beginning of the topic, and reported from the start of the range.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from avro_schemas.codec import Codec
from avro_schemas.records import CommerceEvent
from streams.compliance.difference import VERSIONS, differing, explain
from streams.delivery.message import Message, Output
from streams.delivery.reading import Edge, read
from streams.delivery.refusal import RefusedError
from streams.delivery.stage import Stage
from streams.delivery.state import State
from topics.model import REGIONS
from topics.names import SHOP_CDC_CHANGES, commerce_events


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one recorded message."""

    place: str
    outcome: str
    """same, differs, not_published, refused, repeated_or_no_change"""
    event: CommerceEvent | None = field(default=None, repr=False)
    fields: tuple[str, ...] = ()
    why: str = ""


class Remembered:
    """State of a replay: in memory, gone with it."""

    def __init__(self) -> None:
        self._state: dict[str, State] = {}

    def get(self, key: str) -> State | None:
        """See streams.delivery.state.StateView."""
        return self._state.get(key)

    def put(self, key: str, value: State) -> None:
        """See streams.delivery.state.StateView."""
        self._state[key] = value

    def delete(self, key: str) -> None:
        """See streams.delivery.state.StateView."""
        self._state.pop(key, None)


async def published(bootstrap: str, codec: Codec) -> dict[str, CommerceEvent]:
    """Every commerce event that the regions' topics still hold, by event id."""
    found: dict[str, CommerceEvent] = {}
    for region in REGIONS:
        async for message in read(bootstrap, commerce_events(region), "earliest", "latest"):
            event: CommerceEvent = codec.decode("commerce_event", message.value)
            found.setdefault(event["event_id"], event)
    return found


async def replay(
    bootstrap: str, topic: str, span: tuple[Edge, Edge], stage: Stage, codec: Codec
) -> AsyncIterator[Line]:
    """One line for each message of the range; rebuilding state before it gives no lines."""
    first, end = span
    told = await published(bootstrap, codec)
    wanted: set[str] | None = None
    if topic == SHOP_CDC_CHANGES and first != "earliest":
        wanted = {message.place async for message in read(bootstrap, topic, first, end)}
        first = "earliest"
    state = Remembered()
    async for message in read(bootstrap, topic, first, end):
        for line in await _one(message, stage, state, codec, told):
            if wanted is None or message.place in wanted:
                yield line


async def _one(
    message: Message, stage: Stage, state: Remembered, codec: Codec, told: Mapping[str, CommerceEvent]
) -> list[Line]:
    try:
        outputs = await stage.process(message, state)
    except RefusedError as refused:
        return [Line(message.place, "refused", why=str(refused))]
    events = [_decoded(output, codec) for output in outputs if output.topic.startswith(commerce_events(""))]
    if not events:
        return [Line(message.place, "repeated_or_no_change")]
    return [_compared(message.place, event, told.get(event["event_id"])) for event in events]


def _decoded(output: Output, codec: Codec) -> CommerceEvent:
    event: CommerceEvent = codec.decode("commerce_event", output.value)
    return event


def _compared(place: str, event: CommerceEvent, before: CommerceEvent | None) -> Line:
    if before is None:
        why = "refused when it came, expired since, or not yet through: see the dead letters and the stage's lag"
        return Line(place, "not_published", event, why=why)
    paths = differing(before, event)
    content = [path for path in paths if path not in VERSIONS]
    # Another version of policy or detectors that comes to the same content has changed nothing for anybody.
    return Line(place, "differs" if content else "same", event, tuple(paths), explain(paths) if paths else "")
