"""How long until the line flows again: new events, answers and recommendations visible, lag back to its level."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx
from aiokafka.errors import KafkaError

from streams.demo.offsets import Offsets
from tests.chaos.reconcile.store import Store, StoreError
from topics.names import consumer_group

# Without enrich-batch: what its lane reads waits in Kafka by design while the model has no room.
GROUPS = tuple(consumer_group(role) for role in ("redact", "enrich", "recommend", "sink"))
SLACK = 50
"""Records that a group's lag may differ by under the same load."""
PAUSE_S = 0.3
LAG_WITHIN_S = 15.0
_VISIBLE = """
WITH parseDateTime64BestEffort({since:String}, 6) AS since SELECT
    (SELECT count() FROM commerce_events WHERE route = 'webhook' AND captured_at > since),
    (SELECT count() FROM commerce_events WHERE route = 'cdc' AND captured_at > since),
    (SELECT count() FROM enrichment_results WHERE captured_at > since),
    (SELECT count() FROM recommendation_updates WHERE captured_at > since)
"""
_WHAT = ("an event by webhook", "an event by row change", "an answer of the model", "a recommendation")

Lag = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Watch:
    """Asks Kafka and ClickHouse from outside."""

    bootstrap: str
    store: Store

    async def lag(self) -> Lag:
        """Records that each group has not acknowledged; KafkaError or TimeoutError when the broker does not tell."""
        async with asyncio.timeout(LAG_WITHIN_S):
            async with Offsets(self.bootstrap) as offsets:
                return {group: await offsets.lag(group) for group in GROUPS}

    async def recovered(self, since: datetime, before: Lag, within_s: float) -> tuple[float | None, str]:
        """Seconds until all flows that was captured after `since`; None, and what is missing, after `within_s`."""
        began = time.monotonic()
        missing = "no answer"
        while time.monotonic() - began < within_s:
            missing = await self._missing(since, before)
            if not missing:
                return time.monotonic() - began, ""
            await asyncio.sleep(PAUSE_S)
        return None, missing

    async def _missing(self, since: datetime, before: Lag) -> str:
        try:
            ((*counts,),) = await self.store.rows(_VISIBLE, since=since.isoformat())
            if absent := [what for what, count in zip(_WHAT, counts, strict=True) if not int(str(count))]:
                return f"no new {absent[0]}"
            lag = await self.lag()
        except (httpx.HTTPError, StoreError, KafkaError, TimeoutError, OSError) as error:
            return f"{type(error).__name__}: {error}"
        behind = [f"{group} is {lag[group]} behind" for group in GROUPS if lag[group] > before.get(group, 0) + SLACK]
        return ", ".join(behind)
