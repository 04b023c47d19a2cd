"""`python -m tests.bench.bench_mapping`: what mapping one order delivery costs, from its bytes to the captured event.

The recorded deliveries and those of a generated shop, one thread, no platform. The baseline decodes the same bytes with
orjson and does nothing else, in turns with the mapping.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import orjson

from avro_schemas.records import WooDelivery
from infra.local.shop.php import json_encode
from infra.local.shop.plan import shop_plan
from streams.delivery.message import Message
from streams.sources.lineage import Lineage
from streams.sources.webhooks import captured
from tests.bench import harness
from tests.bench.orders import timed
from tests.fixtures.samples import AT, deliveries
from tests.unit.sources.orders import played
from topics.names import WOO_DELIVERIES

LINEAGE = Lineage.of(Message(WOO_DELIVERIES, 0, 0, None, None, AT), "bench", "webhook", AT)


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU microseconds per delivery, medians over the passes. `ratio`: mapping by decoding, of neighbouring passes."""

    deliveries: int
    bytes_each: int
    mapping_us: float
    decoding_us: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Report:
    """`largest`: one order of 1,000 lines."""

    passes: int
    recorded: Cost
    generated: Cost
    largest: Cost


def measure(passes: int, orders: int) -> Report:
    """All three kinds of deliveries."""
    recorded = [one.body for one in deliveries() if one.topic.startswith("order.")]
    steps = [step for _, steps in played(shop_plan(orders, 3)) for step in steps]
    generated = [json_encode(step.payload) for step in steps if step.payload]
    whole = orjson.loads(recorded[0])
    largest = [orjson.dumps({**whole, "line_items": whole["line_items"][:1] * 1000})]
    return Report(passes, *(_cost(bodies, passes) for bodies in (recorded, generated, largest)))


def _cost(bodies: Sequence[bytes], passes: int) -> Cost:
    given = [_delivery(body) for body in bodies]
    mapping: list[float] = []
    decoding: list[float] = []
    # The first pass warms up.
    for _ in range(passes + 1):
        mapping.append(timed(lambda one: captured(one, LINEAGE), given)[0])
        decoding.append(timed(orjson.loads, bodies)[0])
    each = [round(median(column[1:]) * 1000 / len(given), 1) for column in (mapping, decoding)]
    size = round(sum(map(len, bodies)) / len(bodies))
    return Cost(len(given), size, each[0], each[1], harness.ratio(mapping[1:], decoding[1:]))


def _delivery(body: bytes) -> WooDelivery:
    return WooDelivery(
        shop_id="bench", webhook_id=1, delivery_id="", topic="order.updated", resource_id=1, body=body,
        body_sha256="", received_at=AT,
    )  # fmt: skip


def show(report: Report) -> None:
    """Print the table."""
    kinds = (("recorded", report.recorded), ("generated", report.generated), ("1,000 lines", report.largest))
    rows = [(name, one.deliveries, one.bytes_each, one.mapping_us, one.decoding_us, one.ratio) for name, one in kinds]
    columns = ("orders", "deliveries", "bytes", "mapping, µs", "orjson.loads, µs", "mapping : orjson")
    harness.table(f"CPU of mapping one delivery, {report.passes} passes, one thread", columns, rows)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passes", type=int, default=50)
    parser.add_argument("--orders", type=int, default=100, help="orders of the generated shop")
    given = parser.parse_args()
    report = measure(given.passes, given.orders)
    show(report)
    harness.tell("mapping", report)


if __name__ == "__main__":
    harness.run_bench(main)
