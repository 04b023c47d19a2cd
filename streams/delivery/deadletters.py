"""Dead letters: the record as it came, and why, in headers. Same zone as its topic.

Key, value and headers stay byte for byte, so that a replay gives the same record; the cause travels in headers, as
Kafka Connect does it.
"""

from datetime import datetime

from streams.delivery.message import Message, Output
from streams.delivery.refusal import RefusedError
from topics.names import dead_letters

PREFIX = "inland.dlq."


def dead_letter(  # noqa: PLR0913  # the cause, said once
    message: Message, refused: RefusedError, *, stage: str, group: str, attempts: int, failed_at: datetime
) -> Output:
    """The dead letter for a message that `stage`, a member of the consumer group `group`, refused."""
    cause = {
        "stage": stage,
        "group": group,
        "rule": refused.rule,
        "remedy": refused.remedy,
        "exception": refused.cause,
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "attempts": attempts,
        "failed_at": failed_at.isoformat(),
    }
    headers = tuple((PREFIX + name, str(value).encode()) for name, value in cause.items())
    return Output(dead_letters(message.topic), message.key, message.value, (*message.headers, *headers))
