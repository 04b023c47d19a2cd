"""Keeps the connector running: Kafka Connect restarts no task that has failed, whatever made it fail.

Debezium repeats what it takes for a passing fault by itself; a lost Kafka, a stopped MariaDB or an unreadable binlog
position can still leave its task FAILED, and a FAILED task stays so until somebody asks Connect's REST API. A restart
does not mend a binlog that the server has deleted: there `inland connect apply` has the connector start over.
"""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import httpx

from infra.local.components.connector import NAME
from infra.local.settings import LocalSettings

PAUSE_S = 2.0
TIMEOUT_S = 5.0


# What the server answers to a replica that asks for a place in the binlog which it has deleted (error 1236).
_PURGED = "binlog files have been purged"


async def keep_connector(settings: LocalSettings, start_over: Callable[[], Awaitable[None]]) -> None:
    """Restart what failed of the connector, for ever; a Connect that does not answer is asked again.

    `start_over` is called instead where the binlog is gone.
    """
    url = f"{settings.connect_url}/connectors/{NAME}"
    async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as client:
        while True:
            await asyncio.sleep(PAUSE_S)
            with contextlib.suppress(httpx.HTTPError, ValueError):
                await restart_failed(client, url, start_over)


async def restart_failed(client: httpx.AsyncClient, url: str, start_over: Callable[[], Awaitable[None]]) -> bool:
    """Restart the connector and those of its tasks that have failed, or start over; False when none has.

    Raises httpx.HTTPError when Connect does not answer, ValueError when its answer is no status.
    """
    answer = await client.get(f"{url}/status")
    if answer.status_code != httpx.codes.OK:
        return False
    status = answer.json()
    parts = (status.get("connector", {}), *status.get("tasks", []))
    if "FAILED" not in [part.get("state") for part in parts]:
        return False
    if any(_PURGED in part.get("trace", "") for part in parts):
        print(
            f"{datetime.now(UTC).isoformat()} {NAME}: the binlog is gone, it starts over", file=sys.stderr, flush=True
        )
        await start_over()
        return True
    print(f"{datetime.now(UTC).isoformat()} {NAME} has failed: it is restarted", file=sys.stderr, flush=True)
    await client.post(f"{url}/restart", params={"includeTasks": "true", "onlyFailed": "true"})
    return True
