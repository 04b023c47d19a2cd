"""Showing originals: the record of it first, confirmed by the broker, and only then the values."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from avro_schemas.codec import Codec
from avro_schemas.records import PrivacyReveal, RevealPurpose
from streams.compliance.vault import Subject
from streams.delivery.message import Output
from topics.names import PRIVACY_REVEALS

MIN_REASON = 10


class RevealError(ValueError):
    """Nothing was shown; the message says why and what helps."""


@dataclass(frozen=True, slots=True)
class Request:
    """Who wants to see what, and why."""

    os_user: str
    by_name: str | None
    reason: str
    purpose: RevealPurpose
    token: str
    event_id: str | None

    def __post_init__(self) -> None:
        if len(" ".join(self.reason.split())) < MIN_REASON:
            raise RevealError(f"a reason of at least {MIN_REASON} characters goes on record: give --reason")


class Writer(Protocol):
    """Writes to Kafka and returns when the broker has all: streams.delivery.outbox.Outbox."""

    async def start(self) -> None:
        """Connect."""

    async def stop(self) -> None:
        """Let go."""

    async def deliver(self, outputs: Sequence[Output]) -> list[int]:
        """Offsets."""


def record(request: Request, subject: Subject, at: datetime) -> PrivacyReveal:
    """The record of one reveal; no value in it."""
    named = "\0".join((request.os_user, at.isoformat(), request.token, request.event_id or ""))
    return {
        "reveal_id": hashlib.sha256(named.encode()).hexdigest()[:32],
        "revealed_at": at,
        "os_user": request.os_user,
        "by_name": request.by_name,
        "reason": " ".join(request.reason.split()),
        "purpose": request.purpose,
        "region": subject.region,
        "token": request.token,
        "event_id": request.event_id,
        "classes": [{"name": name, "values": values} for name, values in subject.counts().items()],
    }


async def recorded(
    request: Request, subject: Subject, codec: Codec, writer: Writer, clock: Callable[[], datetime]
) -> PrivacyReveal:
    """Write the record and wait for the broker. RevealError when it cannot be written: then nothing may be shown."""
    told = record(request, subject, clock())
    try:
        await writer.start()
        await writer.deliver([Output(PRIVACY_REVEALS, request.token.encode(), codec.encode("privacy_reveal", told))])
    except Exception as error:  # whatever it was, there is no record
        raise RevealError(
            f"the reveal could not be recorded ({type(error).__name__}), so nothing is shown: see that Kafka answers "
            f"and {PRIVACY_REVEALS} may be written, then run it again"
        ) from None
    finally:
        await writer.stop()
    return told
