"""What goes in and out of a stage. Neither shows its content when printed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from streams.clock import from_ms

if TYPE_CHECKING:
    from aiokafka import ConsumerRecord

Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One record as read from Kafka, still bytes: decoding is the stage's, so that poison is its to refuse."""

    topic: str
    partition: int
    offset: int
    key: bytes | None = field(repr=False)
    value: bytes | None = field(repr=False)
    timestamp: datetime
    headers: Headers = field(default=(), repr=False)

    @classmethod
    def of(cls, record: "ConsumerRecord[bytes, bytes]") -> "Message":
        """aiokafka's record as a message."""
        return cls(
            record.topic,
            record.partition,
            record.offset,
            record.key,
            record.value,
            from_ms(record.timestamp),
            tuple(record.headers),
        )

    @property
    def place(self) -> str:
        """topic[partition]@offset, for errors and logs."""
        return f"{self.topic}[{self.partition}]@{self.offset}"


@dataclass(frozen=True, slots=True)
class Output:
    """One record to be written. `partition` is for changelogs; all else goes where its key belongs."""

    topic: str
    key: bytes | None = field(repr=False)
    value: bytes | None = field(repr=False)
    headers: Headers = field(default=(), repr=False)
    partition: int | None = None
