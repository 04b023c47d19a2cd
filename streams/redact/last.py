"""The last row that an entity's state heard of, for the dead letter of what is told later than it came."""

import base64

from streams.clock import from_ms, to_ms
from streams.delivery.message import Message
from streams.delivery.state import State

LAST = "last"
"""Key of the message in an entity's state."""


def kept_message(message: Message) -> list[object]:
    """A message as JSON."""
    texts = (base64.b64encode(part or b"").decode() for part in (message.key, message.value))
    return [message.topic, message.partition, message.offset, *texts, to_ms(message.timestamp)]


def message_of(kept: State) -> Message | None:
    """The message that a state holds; None when it holds none."""
    if LAST not in kept:
        return None
    topic, partition, offset, key, value, at = kept[LAST]
    return Message(topic, partition, offset, base64.b64decode(key), base64.b64decode(value), from_ms(at))
