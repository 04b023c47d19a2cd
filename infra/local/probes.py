"""Health probes: each asks a component what its clients will ask, and raises when the answer is not there yet."""

import asyncio
import logging

import httpx
from aiokafka.admin import AIOKafkaAdminClient

from infra.local.component import Probe
from infra.local.settings import HOST

logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a probe that fails says so itself

TIMEOUT_S = 5.0


class NotReadyError(RuntimeError):
    """The component answers, but not yet as its clients need it."""


def http_ok(url: str, headers: dict[str, str] | None = None) -> Probe:
    """GET `url` must answer 200."""

    async def probe() -> None:
        async with httpx.AsyncClient(verify=False, timeout=TIMEOUT_S, trust_env=False) as client:  # noqa: S501 - loopback http
            response = await client.get(url, headers=headers)
        if response.status_code != httpx.codes.OK:
            raise NotReadyError(f"GET {url} answered {response.status_code}")

    return probe


def kafka_ok(port: int) -> Probe:
    """The broker must describe the cluster with a controller."""

    async def probe() -> None:
        _, writer = await asyncio.open_connection(HOST, port)
        writer.close()
        admin = AIOKafkaAdminClient(bootstrap_servers=f"{HOST}:{port}", request_timeout_ms=int(TIMEOUT_S * 1000))
        try:
            await admin.start()
            cluster = await admin.describe_cluster()
        finally:
            await admin.close()
        if not cluster["brokers"]:
            raise NotReadyError("no broker is registered with the controller yet")

    return probe
