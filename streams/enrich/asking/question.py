"""What a task asks about an event."""

from dataclasses import dataclass, field

from avro_schemas.records import CommerceEvent
from streams.delivery.message import Message
from streams.enrich.tasks.step import Source
from streams.enrich.tasks.task import Task
from streams.redact.blinding import Blinded


@dataclass(frozen=True, slots=True)
class Question:
    """``known``: the subject's own values, blinded; None where the event came without them."""

    message: Message
    event: CommerceEvent = field(repr=False)
    task: Task
    source: Source
    known: Blinded | None
