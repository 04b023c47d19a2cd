"""`python -m tests.bench.enrich_memory URL CALLS`: the memory of a worker's process while so many calls are in flight.

It imports all that an enrich worker does, and prints one JSON object.
"""

import asyncio
import sys
from dataclasses import asdict, dataclass

import orjson
import psutil

import streams.enrich.agent  # noqa: F401  # what a worker has in memory before its first call
from streams.enrich.client import Bounds, Parameters, RegionClient, Request
from streams.residency.endpoints import ModelEndpoint

_PROMPT = "Review: it works well, I am happy with it.\nSentiment:" * 20


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory in MiB: of the process before its first call, and the most while all calls were in flight."""

    calls: int
    in_flight: int
    before_mib: float
    most_mib: float


async def measure(url: str, calls: int) -> Memory:
    """Let the limit grow to `calls`, then hold as many."""
    process = psutil.Process()
    client = RegionClient("eu", [ModelEndpoint(url=url)], Bounds(concurrency=calls, queue_target_s=60.0))
    asked = Request(_PROMPT, Parameters(8), "batch", 300.0)
    before = process.memory_info().rss
    replica = client._replicas[0]
    while replica.limit.value < calls:
        await asyncio.gather(*(client.attempt(asked) for _ in range(calls)))
    held = [asyncio.ensure_future(client.attempt(asked)) for _ in range(calls)]
    most, in_flight = 0, 0
    while not any(one.done() for one in held):
        await asyncio.sleep(0.05)
        most, in_flight = max(most, process.memory_info().rss), max(in_flight, replica.outstanding)
    ended = await asyncio.gather(*held)
    await client.close()
    if {one.outcome for one in ended} != {"answered"}:
        raise SystemExit("not all calls were answered")
    return Memory(calls, in_flight, round(before / 2**20, 1), round(most / 2**20, 1))


if __name__ == "__main__":
    print(orjson.dumps(asdict(asyncio.run(measure(sys.argv[1], int(sys.argv[2]))))).decode(), flush=True)
