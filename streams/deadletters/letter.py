"""One dead letter, and which letters a person means. Pure."""

from dataclasses import dataclass
from datetime import datetime

from streams.delivery.deadletters import Cause, CauseError, cause_of
from streams.delivery.message import Message

BROKEN = "broken headers"
BROKEN_REMEDY = "no stage of Inland wrote it so: `inland dlq show` shows it, and nothing puts it back by itself"


@dataclass(frozen=True, slots=True)
class Letter:
    """A record of a dead-letter topic; `cause` is None where its headers are broken, and `broken` says how."""

    message: Message
    cause: Cause | None
    broken: str = ""

    @classmethod
    def of(cls, message: Message) -> "Letter":
        """Read the headers; a letter with broken ones is still a letter."""
        try:
            return cls(message, cause_of(message))
        except CauseError as error:
            return cls(message, None, str(error))

    @property
    def refused_at(self) -> datetime:
        """When it was refused; when it was written, where the headers do not say."""
        return self.cause.failed_at if self.cause else self.message.timestamp

    @property
    def rule(self) -> str:
        """The rule that the record broke."""
        return self.cause.rule if self.cause else f"{BROKEN}: {self.broken}"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self.cause.remedy if self.cause else BROKEN_REMEDY


@dataclass(frozen=True, slots=True)
class Selection:
    """Which letters are meant; without stage and rule, all of them."""

    stage: str | None = None
    rule: str | None = None
    """How the rule begins: rules may end with a detail such as a country."""

    def takes(self, letter: Letter) -> bool:
        """Whether the letter is meant. A broken one is never passed over: nobody can tell what it is."""
        if letter.cause is None:
            return True
        return self.stage in (None, letter.cause.stage) and letter.cause.rule.startswith(self.rule or "")
