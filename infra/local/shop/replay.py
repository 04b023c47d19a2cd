"""Posts recorded deliveries again, byte by byte, in their order."""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.shop.poster import Poster
from infra.local.shop.webhook import Delivery, sign

MAX_LINE_BYTES = 16 * 1024 * 1024
CONNECTION_HEADERS = frozenset({"host", "content-length"})
SIGNATURE = "x-wc-webhook-signature"


class RecordingError(Exception):
    """A recording cannot be read; the message names file and line."""


@dataclass(frozen=True, slots=True)
class ReplaySummary:
    """How many deliveries were answered how; keys are HTTP statuses or kinds of failure."""

    sent: int
    pings: int
    acknowledged: int
    answers: dict[str, int] = field(default_factory=dict)


def recorded(path: Path, secret: str | None) -> Iterator[Delivery]:
    """Read a recording of `headers` (pairs) and `body_b64` a line; with a secret, signatures are made anew."""
    with path.open("rb") as lines:
        for number, line in enumerate(iter(lambda: lines.readline(MAX_LINE_BYTES), b""), 1):
            try:
                entry = json.loads(line)
                body = base64.b64decode(entry["body_b64"], validate=True)
                headers = [(str(name), str(value)) for name, value in entry["headers"]]
            except (ValueError, KeyError, TypeError, binascii.Error) as error:
                raise RecordingError(f"{path}:{number} is no recorded delivery ({type(error).__name__})") from None
            yield _delivery(headers, body, secret)


async def replay(deliveries: Sequence[Delivery], url: str) -> ReplaySummary:
    """Post one after the other and count the answers."""
    answers: Counter[str] = Counter()
    acknowledged = 0
    async with Poster(url, concurrency=1) as poster:
        for delivery in deliveries:
            answer = await poster.post(delivery)
            answers[str(answer.status or answer.failure)] += 1
            acknowledged += answer.acknowledged
    pings = sum(delivery.topic == "ping" for delivery in deliveries)
    return ReplaySummary(len(deliveries), pings, acknowledged, dict(answers))


def _delivery(headers: Sequence[tuple[str, str]], body: bytes, secret: str | None) -> Delivery:
    kept = [(name, value) for name, value in headers if name.lower() not in CONNECTION_HEADERS]
    if secret is not None:
        kept = [(name, sign(secret, body) if name.lower() == SIGNATURE else value) for name, value in kept]
    topic = next((value for name, value in kept if name.lower() == "x-wc-webhook-topic"), "ping")
    return Delivery(topic, 0, "", tuple(kept), body)
