"""Keeps the connector running: Kafka Connect restarts no task that has failed, whatever made it fail.

Debezium repeats what it takes for a passing fault by itself; a lost Kafka, a stopped MariaDB or an unreadable binlog
position can still leave its task FAILED, and a FAILED task stays so until somebody asks Connect's REST API.
"""

import asyncio
import contextlib
import sys
from datetime import UTC, datetime

import httpx

from infra.local.components.connector import NAME
from infra.local.settings import LocalSettings

PAUSE_S = 2.0
TIMEOUT_S = 5.0


async def keep_connector(settings: LocalSettings) -> None:
    """Restart what failed of the connector, for ever; a Connect that does not answer is asked again."""
    url = f"{settings.connect_url}/connectors/{NAME}"
    async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as client:
        while True:
            await asyncio.sleep(PAUSE_S)
            with contextlib.suppress(httpx.HTTPError, ValueError):
                await restart_failed(client, url)


async def restart_failed(client: httpx.AsyncClient, url: str) -> bool:
    """Restart the connector and those of its tasks that have failed; False when none has.

    Raises httpx.HTTPError when Connect does not answer, ValueError when its answer is no status.
    """
    answer = await client.get(f"{url}/status")
    if answer.status_code != httpx.codes.OK:
        return False
    status = answer.json()
    states = [part.get("state") for part in (status.get("connector", {}), *status.get("tasks", []))]
    if "FAILED" not in states:
        return False
    print(f"{datetime.now(UTC).isoformat()} {NAME} has failed: it is restarted", file=sys.stderr, flush=True)
    await client.post(f"{url}/restart", params={"includeTasks": "true", "onlyFailed": "true"})
    return True
