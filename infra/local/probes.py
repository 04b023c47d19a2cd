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


class NotLiveError(RuntimeError):
    """The process runs and does not do its work; the text says what stands still."""


def http_ok(url: str, headers: dict[str, str] | None = None) -> Probe:
    """GET `url` must answer 200."""

    async def probe() -> None:
        response = await _get(url, headers)
        if response.status_code != httpx.codes.OK:
            raise NotReadyError(f"GET {url} answered {response.status_code}")

    return probe


def answers(url: str) -> Probe:
    """GET `url` must answer at all: a process whose event loop is stuck does not."""

    async def probe() -> None:
        await _get(url)

    return probe


def live(url: str) -> Probe:
    """GET `url` of the watch must not answer 503. A watch that is away, or does not know, speaks against nobody."""

    async def probe() -> None:
        try:
            response = await _get(url)
        except httpx.HTTPError:
            return
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise NotLiveError(_reason(response))

    return probe


async def _get(url: str, headers: dict[str, str] | None = None) -> httpx.Response:
    async with httpx.AsyncClient(verify=False, timeout=TIMEOUT_S, trust_env=False) as client:  # noqa: S501 - loopback http
        return await client.get(url, headers=headers)


def _reason(response: httpx.Response) -> str:
    try:
        return str(response.json()["reason"])
    except (ValueError, KeyError, TypeError):
        return f"GET {response.url} answered {response.status_code}"


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
