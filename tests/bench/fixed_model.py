"""`python -m tests.bench.fixed_model SLOTS SERVICE_S`: a model server whose limit is known.

It speaks TGI's protocol on a free port, prints its URL, and ends with its input. Like continuous batching on a GPU:
`SLOTS` answers are made at a time, each takes `SERVICE_S`, the rest waits; how long, `x-queue-time` tells. So it gives
SLOTS / SERVICE_S answers a second.
"""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from aiohttp import web

from infra.local.settings import ROOT
from tests.bench import harness

TOKENS = 8


@dataclass(frozen=True, slots=True)
class FixedModel:
    """A running one."""

    url: str
    slots: int
    service_s: float

    @property
    def limit_per_s(self) -> float:
        """Most answers a second."""
        return self.slots / self.service_s


@contextlib.contextmanager
def fixed_model(slots: int, service_s: float) -> Iterator[FixedModel]:
    """A server in a process of its own."""
    command = harness.module("tests.bench.fixed_model", str(slots), str(service_s))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            if not (url := child.stdout.readline().decode().strip()):
                raise harness.BenchError("the model server of fixed service time did not start")
            yield FixedModel(url, slots, service_s)
        finally:
            child.stdin.close()


def application(slots: int, service_s: float) -> web.Application:
    """POST / and GET /info."""
    free = asyncio.Semaphore(slots)
    details = {"finish_reason": "length", "generated_tokens": TOKENS, "seed": 1, "prefill": [], "tokens": []}
    body = orjson.dumps([{"generated_text": " a fixed answer of some words", "details": details}])
    told = {"model_id": "fixed", "model_sha": "0", "max_concurrent_requests": 4096, "version": "bench"}

    async def generate(request: web.Request) -> web.Response:
        await request.read()
        came = time.monotonic()
        async with free:
            began = time.monotonic()
            await asyncio.sleep(service_s)
        headers = {
            "x-queue-time": str(int((began - came) * 1000)),
            "x-inference-time": str(int(service_s * 1000)),
            "x-prompt-tokens": "40",
        }
        return web.Response(body=body, content_type="application/json", headers=headers)

    async def info(_: web.Request) -> web.Response:
        return web.json_response(told)

    app = web.Application()
    app.add_routes([web.post("/", generate), web.get("/info", info)])
    return app


async def serve(slots: int, service_s: float) -> None:
    """Until the input ends."""
    runner = web.AppRunner(application(slots, service_s), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
