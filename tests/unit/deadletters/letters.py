"""Dead letters to test with."""

from datetime import UTC, datetime, timedelta

from streams.deadletters.letter import Letter
from streams.delivery.deadletters import dead_letter
from streams.delivery.message import Message
from streams.delivery.refusal import RefusedError

AT = datetime(2026, 5, 4, 10, tzinfo=UTC)


def letter(at: int, rule: str = "rule", stage: str = "stage", remedy: str = "remedy") -> Letter:
    """The letter at an offset of `some.topic.dlq`, refused so many minutes after AT."""
    message = Message("some.topic", 0, 100 + at, b"key", b"value", AT)
    failed_at = AT + timedelta(minutes=at)
    out = dead_letter(
        message, RefusedError(rule, remedy), stage=stage, group="inland-stage", attempts=1, failed_at=failed_at
    )
    return Letter.of(Message(out.topic, 0, at, out.key, out.value, AT, out.headers))


def broken(at: int) -> Letter:
    """A record of the dead-letter topic that no stage wrote."""
    return Letter.of(Message("some.topic.dlq", 0, at, b"key", b"value", AT))
