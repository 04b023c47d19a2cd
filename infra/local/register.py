"""Registers the Debezium connector with Kafka Connect: `python -m infra.local.register`, a one-shot."""

import asyncio
import sys
from typing import Any

import httpx

from infra.local.components.connector import NAME, connector_config
from infra.local.keeper import restart_failed
from infra.local.layout import Layout
from infra.local.settings import LocalSettings

TIMEOUT_S = 60.0
PAUSE_S = 0.3


class ConnectorError(RuntimeError):
    """The connector was refused or its task failed."""


async def register(settings: LocalSettings, layout: Layout) -> None:
    """Create or update the connector and wait until it runs. Raises ConnectorError."""
    url = f"{settings.connect_url}/connectors/{NAME}"
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        answer = await client.put(f"{url}/config", json=connector_config(settings, layout))
        if answer.is_error:
            raise ConnectorError(f"Connect refused the connector with {answer.status_code}: {answer.text[:500]}")
        async with asyncio.timeout(TIMEOUT_S):
            while not await _runs(client, url):  # noqa: ASYNC110 - Connect can only be asked
                await asyncio.sleep(PAUSE_S)


async def _runs(client: httpx.AsyncClient, url: str) -> bool:
    """True when the connector and its one task run; a failed task is restarted once per call."""
    answer = await client.get(f"{url}/status")
    if answer.status_code != httpx.codes.OK:
        return False
    status: dict[str, Any] = answer.json()
    states = [status["connector"]["state"], *(task["state"] for task in status["tasks"])]
    await restart_failed(client, url)
    return len(states) > 1 and set(states) == {"RUNNING"}


def main() -> int:
    """Register; 1 with a message when it did not come to run."""
    settings = LocalSettings()
    try:
        asyncio.run(register(settings, Layout(settings.state_dir)))
    except TimeoutError:
        print(f"{NAME} does not run after {TIMEOUT_S:g} s: {settings.connect_url}/connectors/{NAME}/status says why")
        return 1
    except (ConnectorError, httpx.HTTPError) as error:
        print(f"{NAME}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
