"""Registers the Debezium connector with Kafka Connect: `python -m infra.local.components.connector`, a one-shot."""

import asyncio
import json
import sys
from collections.abc import Sequence
from string import Template
from typing import Any

import httpx

from infra.local.component import Component, Step
from infra.local.files import write_atomic
from infra.local.layout import Layout
from infra.local.secrets import secret
from infra.local.settings import HOST, ROOT, LocalSettings

NAME = "demo-mariadb"
TEMPLATE = ROOT / "infra" / "connect" / f"{NAME}.json"
PASSWORD_FILE = "debezium.properties"  # noqa: S105 - a file's name

TIMEOUT_S = 60.0
PAUSE_S = 0.3


class ConnectorError(RuntimeError):
    """The connector was refused or its task failed."""


def connector(settings: LocalSettings, layout: Layout) -> Component:
    """Done when the connector's task runs; needs the shop's tables and the topic they are routed to."""

    def prepare() -> Sequence[Step]:
        line = f"password={secret(layout, 'mariadb-debezium')}\n"
        write_atomic(layout.run_of("connect") / PASSWORD_FILE, line, mode=0o600)
        return ()

    return Component(
        name="connector",
        command=(sys.executable, "-m", "infra.local.components.connector"),
        needs=("connect", "apply", "shop-schema"),
        environment={"PYTHONPATH": str(ROOT), **settings.environment()},
        prepare=prepare,
        address=f"{settings.connect_url}/connectors/{NAME}",
    )


def connector_config(settings: LocalSettings, layout: Layout) -> dict[str, str]:
    """The connector's configuration; the password is a reference to a file that the Connect worker reads."""
    values = {
        "host": HOST,
        "port": str(settings.mariadb_port),
        "kafka": settings.kafka_bootstrap,
        "password_file": str(layout.run_of("connect") / PASSWORD_FILE),
    }
    config: dict[str, str] = json.loads(Template(TEMPLATE.read_text(encoding="utf-8")).substitute(values))
    return config


async def register(settings: LocalSettings, layout: Layout) -> None:
    """Create or update the connector and wait until it runs. Raises ConnectorError."""
    url = f"{settings.connect_url}/connectors/{NAME}"
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        answer = await client.put(f"{url}/config", json=connector_config(settings, layout))
        if answer.is_error:
            raise ConnectorError(f"Connect refused the connector with {answer.status_code}: {answer.text[:500]}")
        async with asyncio.timeout(TIMEOUT_S):
            while not await _runs(client, url):
                await asyncio.sleep(PAUSE_S)


async def _runs(client: httpx.AsyncClient, url: str) -> bool:
    """True when the connector and its one task run; a failed task is restarted once per call."""
    answer = await client.get(f"{url}/status")
    if answer.status_code != httpx.codes.OK:
        return False
    status: dict[str, Any] = answer.json()
    states = [status["connector"]["state"], *(task["state"] for task in status["tasks"])]
    if "FAILED" in states:
        await client.post(f"{url}/restart", params={"includeTasks": "true", "onlyFailed": "true"})
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
