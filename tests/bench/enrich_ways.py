"""Two ways to ask a model: Inland's client, and a bare loop over the library's; both under the same load."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from huggingface_hub import AsyncInferenceClient

from streams.enrich.client import Bounds, Parameters, RegionClient, Reply, Request
from streams.enrich.client.tgi import arguments
from streams.residency.endpoints import ModelEndpoint
from streams.settings import secret
from tests.bench import harness

_DEADLINE_S = 120.0

Call = Callable[["Question"], Awaitable[int]]
"""One call: a question in, number of generated tokens out."""


@dataclass(frozen=True, slots=True)
class Question:
    """One prompt with its parameters."""

    prompt: str = field(repr=False)
    parameters: Parameters


@dataclass(slots=True)
class Ways:
    """Both ways to one server; what the client's replies said."""

    ours: Call
    bare: Call
    replies: list[Reply] = field(default_factory=list)


@asynccontextmanager
async def both(url: str, concurrency: int, key_file: Path | None = None) -> AsyncIterator[Ways]:
    """Clients that live as long as the block. Inland's may have `concurrency` calls in flight, and adapts below."""
    key = secret(key_file) or "-"
    own = RegionClient("eu", [ModelEndpoint(url=url, api_key_file=key_file)], Bounds(concurrency=concurrency))
    plain = AsyncInferenceClient(base_url=url, provider="hf-inference", api_key=key)

    async def ours(question: Question) -> int:
        reply = await own.attempt(Request(question.prompt, question.parameters, "batch", _DEADLINE_S))
        if reply.output_tokens is None:
            raise harness.BenchError(f"a model call ended as {reply.outcome} ({reply.error_type})")
        ways.replies.append(reply)
        return reply.output_tokens

    async def bare(question: Question) -> int:
        output = await plain.text_generation(question.prompt, details=True, **arguments(question.parameters))
        return int(output.details.generated_tokens) if output.details else 0

    ways = Ways(ours, bare)
    try:
        yield ways
    finally:
        await own.close()
        await plain.close()  # type: ignore[no-untyped-call]


@dataclass(slots=True)
class Side:
    """What the rounds of one way brought; CPU of this process in milliseconds per call."""

    calls_per_s: list[float] = field(default_factory=list)
    tokens_per_s: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    latencies_ms: list[list[float]] = field(default_factory=list)

    async def closed_round(self, call: Call, questions: Sequence[Question], concurrency: int) -> None:
        """Ask every question, `concurrency` at a time."""
        waiting, tokens, took = list(questions), 0, list[float]()
        began, cpu = time.perf_counter(), time.process_time()

        async def asker() -> None:
            nonlocal tokens
            while waiting:
                question, asked = waiting.pop(), time.perf_counter()
                got = await call(question)
                tokens += got  # not with the await on one line: the others add meanwhile
                took.append((time.perf_counter() - asked) * 1000)

        await asyncio.gather(*(asker() for _ in range(concurrency)))
        self._ended(time.perf_counter() - began, cpu, len(questions), tokens, took)

    async def open_round(self, call: Call, question: Question, per_s: float, count: int, seed: int) -> None:
        """Calls that come by chance (Poisson), `per_s` on average, however many are under way."""
        chance, took, tokens = random.Random(seed), list[float](), 0
        began, cpu = time.perf_counter(), time.process_time()

        async def one(due: float) -> None:
            nonlocal tokens
            got = await call(question)
            tokens += got
            took.append((time.perf_counter() - due) * 1000)  # from when it was due: a late loop is no excuse

        due = began
        async with asyncio.TaskGroup() as calls:
            for _ in range(count):
                due += chance.expovariate(per_s)
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                calls.create_task(one(due))
        self._ended(time.perf_counter() - began, cpu, count, tokens, took)

    def _ended(self, seconds: float, cpu: float, calls: int, tokens: int, took: list[float]) -> None:
        self.calls_per_s.append(calls / seconds)
        self.tokens_per_s.append(tokens / seconds)
        self.cpu_ms.append((time.process_time() - cpu) / calls * 1000)
        self.latencies_ms.append(took)
