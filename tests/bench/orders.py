"""What one order's way through the redact stage costs: decoding and mapping, redaction, encoding."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TypeVar

from multidict import CIMultiDict

from avro_schemas.codec import Codec
from streams.clock import now
from streams.delivery.message import Message
from streams.delivery.state import Overlay, Stateless
from streams.redact.deliveries import capture
from streams.redact.detect.detector import Detector
from streams.redact.known_header import KnownHeader
from streams.redact.policy import load_policy
from streams.redact.pseudonym import RegionKeys
from streams.redact.publish import Publisher
from streams.redact.redactor import Redactor
from streams.redact.vault.keeper import Keeper
from streams.residency.policy import residency
from streams.sources.gateway.check import check
from streams.sources.gateway.signature import sign
from streams.sources.shops import Shop
from tests.fixtures.samples import AT, deliveries
from tests.platform.sink_process import offline_codec
from topics.model import REGIONS
from topics.names import WOO_DELIVERIES

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds per recorded order delivery, medians over the passes."""

    deliveries: int
    mapping_ms: float
    redaction_ms: float
    encoding_ms: float
    all_ms: float


def messages(codec: Codec, shop: Shop) -> list[Message]:
    """The recorded order deliveries as the gateway writes them."""
    found: list[Message] = []
    for one in deliveries():
        if one.topic.startswith("order."):
            signed = CIMultiDict({**one.headers, "X-WC-Webhook-Signature": sign(one.body, shop.secrets[0])})
            value = codec.encode("woo_delivery", check(shop, signed, one.body, AT))
            found.append(Message(WOO_DELIVERIES, 0, len(found), None, value, AT))
    return found


def order_cost(detector: Detector, passes: int) -> Cost:
    """Run every order through the stage's own steps; the first pass is not counted."""
    with tempfile.NamedTemporaryFile() as secret:
        secret.write(b"protects nothing")
        secret.flush()
        return _cost(detector, passes, Shop("bench", "NL", "http://bench.test/", (Path(secret.name),)))


def _cost(detector: Detector, passes: int, shop: Shop) -> Cost:
    codec = offline_codec()
    keys = RegionKeys({region: bytes([number]) * 32 for number, region in enumerate(REGIONS, 1)})
    publisher = Publisher(
        {shop.id: shop}, residency(), Redactor(load_policy(), keys, detector), Keeper(keys), KnownHeader(keys), codec
    )
    state = Overlay(Stateless())
    given = messages(codec, shop)
    steps: list[tuple[float, float, float]] = []
    for _ in range(passes + 1):
        mapping, captured = timed(partial(capture, codec=codec), given)
        events = [event for event in captured if event is not None]
        redaction, redactions = timed(lambda event: publisher.redact(event, (), now()), events)
        encoding, _ = timed(lambda redaction: publisher.encode(redaction, state), redactions)
        steps.append((mapping, redaction, encoding))
    each = [median(column) / len(given) for column in zip(*steps[1:], strict=True)]
    return Cost(len(given), *(round(one, 3) for one in (*each, sum(each))))


def timed(step: Callable[[T], R], given: Sequence[T]) -> tuple[float, list[R]]:
    """CPU milliseconds of a step over all it is given, and what came out."""
    began = time.process_time()
    results = [step(one) for one in given]
    return (time.process_time() - began) * 1000, results
