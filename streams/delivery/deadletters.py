"""Dead letters: the record as it came, and why, in headers. Same zone as its topic.

Key, value and headers stay byte for byte, so that a replay gives the same record; the cause travels in headers, as
Kafka Connect does it. Headers that begin with PREFIX are Inland's own: a record put back has one alone, the number of
times that it was put back, and a new dead letter of it carries that number on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from streams.delivery.message import Headers, Message, Output
from streams.delivery.refusal import RefusedError
from topics.names import dead_letters

PREFIX = "inland.dlq."
REPLAYS = PREFIX + "replays"
_NAMES = ("stage", "group", "rule", "remedy", "exception", "topic", "partition", "offset", "attempts", "failed_at")


class CauseError(ValueError):
    """The headers of a dead letter do not say why and where it was refused; the text names the header."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why, where and by whom a record was refused. Holds no value of the record."""

    stage: str
    group: str
    """Consumer group whose member refused it."""
    rule: str
    remedy: str
    exception: str
    topic: str
    partition: int
    offset: int
    attempts: int
    """How often it was processed in vain, replays included."""
    failed_at: datetime
    replays: int = 0
    """How often it had been put back before it was refused."""

    @property
    def place(self) -> str:
        """topic[partition]@offset of the refused record."""
        return f"{self.topic}[{self.partition}]@{self.offset}"

    @property
    def headers(self) -> Headers:
        """The cause as headers of a dead letter."""
        said = {name: getattr(self, name) for name in _NAMES}
        said["failed_at"] = self.failed_at.isoformat()
        if self.replays:
            said["replays"] = self.replays
        return tuple((PREFIX + name, str(value).encode()) for name, value in said.items())


def dead_letter(  # noqa: PLR0913  # the cause, said once
    message: Message, refused: RefusedError, *, stage: str, group: str, attempts: int, failed_at: datetime
) -> Output:
    """The dead letter for a message that `stage`, a member of the consumer group `group`, refused."""
    replays = replays_of(message)
    cause = Cause(
        stage=stage,
        group=group,
        rule=refused.rule,
        remedy=refused.remedy,
        exception=refused.cause,
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        attempts=attempts + replays,
        failed_at=failed_at,
        replays=replays,
    )
    headers = (*original_headers(message), *cause.headers)
    return Output(dead_letters(message.topic), message.key, message.value, headers)


def original_headers(message: Message) -> Headers:
    """The headers that the record came with, without those that Inland added."""
    return tuple((name, value) for name, value in message.headers if not name.startswith(PREFIX))


def replays_of(message: Message) -> int:
    """How often a record was put back; 0 where the header is missing or no number: a refusal must not fail on it."""
    count = dict(message.headers).get(REPLAYS, b"")
    return int(count) if _is_number(count) else 0


def cause_of(letter: Message) -> Cause:
    """The cause in the headers of a dead letter; CauseError when they are broken or speak of another topic."""
    # The last one counts: Inland's own stand behind those that the record came with.
    said = {name.removeprefix(PREFIX): value for name, value in letter.headers if name.startswith(PREFIX)}
    if missing := [name for name in _NAMES if said.get(name) is None]:
        raise CauseError(f"no header {PREFIX}{missing[0]}")
    cause = Cause(
        stage=_text(said, "stage"),
        group=_text(said, "group"),
        rule=_text(said, "rule"),
        remedy=_text(said, "remedy"),
        exception=_text(said, "exception"),
        topic=_text(said, "topic"),
        partition=_number(said, "partition"),
        offset=_number(said, "offset"),
        attempts=_number(said, "attempts"),
        failed_at=_time(said, "failed_at"),
        replays=_number(said, "replays") if "replays" in said else 0,
    )
    # A letter that names another topic could be put into a zone that it must never reach.
    if dead_letters(cause.topic) != letter.topic:
        raise CauseError(f"header {PREFIX}topic does not name the topic of {letter.topic}")
    return cause


def _text(said: Mapping[str, bytes], name: str) -> str:
    try:
        return said[name].decode()
    except UnicodeDecodeError:
        raise CauseError(f"header {PREFIX}{name} is no UTF-8") from None


def _number(said: Mapping[str, bytes], name: str) -> int:
    if not _is_number(said[name]):
        raise CauseError(f"header {PREFIX}{name} is no number")
    return int(said[name])


def _time(said: Mapping[str, bytes], name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(said, name))
    except ValueError:
        raise CauseError(f"header {PREFIX}{name} is no time") from None
    if moment.tzinfo is None:
        raise CauseError(f"header {PREFIX}{name} names no time zone")
    return moment


def _is_number(value: bytes | None) -> bool:
    # Kafka's offsets have 19 digits at most; longer ones would make int() slow or fail.
    return value is not None and value.isdigit() and len(value) <= 19
