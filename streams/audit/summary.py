"""What landed, how fast, and what the models did: the figures behind the demo's closing summary, for analysts too.

Every question is one statement in questions.py; here they become typed answers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from clickhouse_connect.driver.client import Client

from streams.audit import questions
from streams.audit.tables import TABLES

EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Count:
    """Rows of one kind: `kind` is a table, an event type or a type of personal datum."""

    kind: str
    region: str
    rows: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Quantiles of one hop in milliseconds over `count` values; zeros when there are none."""

    hop: str
    count: int
    p50_ms: float
    p95_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class SlowCall:
    """One model call among the slowest. Times in milliseconds; inference is null where the server states none."""

    call_id: str
    task: str
    region: str
    outcome: str
    queued_ms: float
    inference_ms: float | None
    total_ms: float
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Recommendation:
    """`orders` orders held both products. Names are empty where the shop has told none."""

    region: str
    product_id: int
    product: str
    recommended_id: int
    recommended: str
    orders: int
    score: float


@dataclass(frozen=True, slots=True)
class Batches:
    """How ClickHouse was filled. A record is a row, or repeated (landed before, left out), or a dead letter.

    Insert times in milliseconds, entries recovered after a crash left out of them.
    """

    batches: int
    rows: int
    repeated: int
    dead_letters: int
    recovered: int
    mean_rows: float
    insert_p50_ms: float
    insert_p95_ms: float


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that ClickHouse knows about a run."""

    tables: Sequence[Count]
    events: Sequence[Count]
    redactions: Sequence[Count]
    outcomes: Sequence[Count]
    latencies: Sequence[Latency]
    slowest: Sequence[SlowCall]
    recommendations: Sequence[Recommendation]
    batches: Batches

    def landed(self, table: str) -> int:
        """Rows of a table over all regions."""
        return sum(count.rows for count in self.tables if count.kind == table)

    def latency(self, hop: str) -> Latency:
        """One hop by its name in questions.LATENCIES; KeyError when there is none of that name."""
        return {latency.hop: latency for latency in self.latencies}[hop]


def read_summary(client: Client, *, top: int = 5, since: datetime = EVER) -> Summary:
    """Ask ClickHouse; `client` must be connected to Inland's database, `top` bounds the lists.

    `since`: what was captured earlier is left out, but for tables and recommendations, which tell the whole.
    """
    ask = partial(_ask, client, {"top": top, "since": since})
    return Summary(
        tables=[Count(*row) for row in ask(questions.rows_by_table(_tables()))],
        events=[Count(*row) for row in ask(questions.EVENTS)],
        redactions=[Count(*row) for row in ask(questions.REDACTIONS)],
        outcomes=[Count(*row) for row in ask(questions.OUTCOMES)],
        latencies=[_latency(hop, ask(questions.quantiles(source))) for hop, source in questions.LATENCIES.items()],
        slowest=[SlowCall(*row) for row in ask(questions.SLOWEST)],
        recommendations=[Recommendation(*row) for row in ask(questions.RECOMMENDATIONS)],
        batches=Batches(*next(ask(questions.BATCHES))),
    )


def _tables() -> list[str]:
    return [table.name for tables in TABLES.values() for table in tables]


def _ask(client: Client, parameters: dict[str, Any], text: str) -> Iterator[Sequence[Any]]:
    return iter(client.query(text, parameters=parameters).result_rows)


def _latency(hop: str, rows: Iterator[Sequence[Any]]) -> Latency:
    count, p50, p95, p99 = next(rows)
    return Latency(hop, count, p50, p95, p99)
