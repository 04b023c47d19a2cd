"""What workers say that they wait for: the gauge `inland_parked_seconds` of their own metrics."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from aiohttp import ClientError, ClientSession, ClientTimeout
from prometheus_client.parser import text_string_to_metric_families

GAUGE = "inland_parked_seconds"
DEADLINE_S = 2.0
_LARGEST_BYTES = 4 * 1_048_576

Parked = Mapping[tuple[str, int], float]
"""Seconds by topic and partition."""


class Workers:
    """The workers of each group, by the root URLs of their HTTP servers."""

    def __init__(self, urls: Mapping[str, Sequence[str]]) -> None:
        self._urls = {group: [url.rstrip("/") for url in found] for group, found in urls.items()}

    async def parked(self) -> dict[str, Parked]:
        """What each group's workers say. One that does not answer, or has no such gauge, has nothing parked."""
        if not any(self._urls.values()):
            return {}
        async with ClientSession(timeout=ClientTimeout(total=DEADLINE_S), trust_env=False) as session:
            return {group: _longest(await self._ask(session, urls)) for group, urls in self._urls.items()}

    @staticmethod
    async def _ask(session: ClientSession, urls: Sequence[str]) -> list[Parked]:
        return await asyncio.gather(*(_of_one(session, url) for url in urls))


async def _of_one(session: ClientSession, url: str) -> Parked:
    try:
        async with session.get(f"{url}/metrics") as response:
            if response.status != 200:
                return {}
            body = await response.content.read(_LARGEST_BYTES)
            while len(body) < _LARGEST_BYTES and (more := await response.content.read(_LARGEST_BYTES - len(body))):
                body += more
        return read(body.decode())
    except (ClientError, TimeoutError, ValueError, OSError):
        return {}


def read(metrics: str) -> Parked:
    """The gauge in a page of Prometheus' text format; ValueError when it is none."""
    lines = "\n".join(line for line in metrics.splitlines() if line.startswith(GAUGE + "{"))
    return {
        (sample.labels["topic"], int(sample.labels["partition"])): sample.value
        for family in text_string_to_metric_families(lines + "\n")
        for sample in family.samples
        if sample.value > 0 and {"topic", "partition"} <= sample.labels.keys()
    }


def _longest(told: Iterable[Parked]) -> Parked:
    found: dict[tuple[str, int], float] = {}
    for one in told:
        for place, seconds in one.items():
            found[place] = max(seconds, found.get(place, 0.0))
    return found
