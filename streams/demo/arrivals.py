"""Which route told a change first: counts by entity, from ClickHouse and from the redact stage's own metric."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import ClientError, ClientSession, ClientTimeout
from clickhouse_connect.driver.client import Client
from prometheus_client.parser import text_string_to_metric_families

METRIC = "inland_events_by_route_total"
_AGAIN = "repeated_after_"
_DEADLINE_S = 5.0
_FIRST = """
SELECT toString(entity), countIf(route = 'webhook'), countIf(route = 'cdc')
FROM commerce_events WHERE captured_at >= {since:DateTime64(6, 'UTC')} GROUP BY entity ORDER BY min(entity)
"""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Events of one entity by the route that told them, and what came again, by whichever route.

    `recognised` is None where the redact stage could not be asked.
    """

    entity: str
    webhook: int
    cdc: int
    recognised: int | None


Recognised = Mapping[str, int] | None
"""Later arrivals by entity, since the redact stage started."""


async def recognised(url: str) -> Recognised:
    """What the redact stage at a root URL says; None when it does not answer."""
    timeout = ClientTimeout(total=_DEADLINE_S)
    try:
        async with ClientSession(timeout=timeout, trust_env=False) as session, session.get(f"{url}/metrics") as answer:
            return later(await answer.text()) if answer.status == 200 else None
    except (ClientError, TimeoutError, ValueError, OSError):
        return None


def later(metrics: str) -> Mapping[str, int]:
    """Later arrivals in a page of Prometheus' text format; ValueError when it is none."""
    lines = "\n".join(line for line in metrics.splitlines() if line.startswith(METRIC + "{"))
    found: Counter[str] = Counter()
    for family in text_string_to_metric_families(lines + "\n"):
        for sample in family.samples:
            if sample.labels.get("outcome", "").startswith(_AGAIN):
                found[sample.labels["entity"]] += int(sample.value)
    return found


def arrivals(client: Client, since: datetime, before: Recognised, after: Recognised) -> list[Arrivals]:
    """Who came first since then; `before` and `after`: what the stage said then and now."""
    # Row changes are captured in whole seconds.
    rows = client.query(_FIRST, parameters={"since": since.replace(microsecond=0)}).result_rows
    return [
        Arrivals(str(entity), int(hook), int(cdc), _since(str(entity), before, after)) for entity, hook, cdc in rows
    ]


def _since(entity: str, before: Recognised, after: Recognised) -> int | None:
    if before is None or after is None:
        return None
    now, then = after.get(entity, 0), before.get(entity, 0)
    # A stage that was started anew counts from 0.
    return now - then if now >= then else now
