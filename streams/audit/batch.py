"""Collects the records of one partition until there are enough, or they have waited long enough."""

from collections import deque
from dataclasses import dataclass, field

from streams.delivery.message import Message


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """A batch is due when it holds `rows` or `size` bytes, or when its first record has waited `wait_s` seconds."""

    rows: int = 5_000
    size: int = 8_388_608
    wait_s: float = 0.3


@dataclass(slots=True)
class Buffer:
    """Records taken from Kafka and not yet landed, in the order of their offsets."""

    limits: BatchLimits
    _waiting: deque[tuple[Message, float]] = field(default_factory=deque, repr=False)
    _size: int = 0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether a batch is complete: no more should be read from Kafka before it has landed."""
        return len(self._waiting) >= self.limits.rows or self._size >= self.limits.size

    @property
    def oldest(self) -> Message | None:
        """The record that has waited longest."""
        return self._waiting[0][0] if self._waiting else None

    def put(self, message: Message, now: float) -> None:
        """Add a record at `now`, seconds of a monotonic clock."""
        self._waiting.append((message, now))
        self._size += _size(message)

    def due_in(self, now: float) -> float | None:
        """Seconds until a batch is due, 0 when it is; None when nothing waits."""
        if not self._waiting:
            return None
        return 0.0 if self.full else max(0.0, self._waiting[0][1] + self.limits.wait_s - now)

    def take(self) -> list[Message]:
        """The next batch: at most the limit's rows, and the record that reaches the limit's bytes is its last."""
        taken: list[Message] = []
        size = 0
        while self._waiting and len(taken) < self.limits.rows and size < self.limits.size:
            message, _ = self._waiting.popleft()
            taken.append(message)
            size += _size(message)
        self._size -= size
        return taken


def _size(message: Message) -> int:
    return len(message.key or b"") + len(message.value or b"")
