"""`python tests/bench/bench_enrich.py`: Inland's model client against a bare loop with the same library.

Both put the same prompts to the same real model server through huggingface_hub's AsyncInferenceClient, as many at a
time, in alternating rounds whose order changes. What Inland's client does beyond: a deadline, the gate of free places,
times and token counts of every attempt, every failure as an outcome. The server keeps evaluated prompts; one round
that is not counted fills that memory, so that both find it alike.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

import orjson
from huggingface_hub import AsyncInferenceClient

from infra.local.platform import Platform
from infra.local.secrets import secret
from streams.enrich.client import ModelClient, Parameters, Reply
from streams.enrich.tasks import TASKS
from streams.enrich.tasks.step import Source
from tests.bench import harness
from tests.bench.harness import Quantiles
from tests.fixtures.samples import FOLDER

_DEADLINE_S = 60.0

Call = Callable[[str, Parameters], Awaitable[int]]
"""One call: prompt and parameters in, number of generated tokens out."""


@dataclass(frozen=True, slots=True)
class Question:
    """One prompt with its parameters."""

    prompt: str = field(repr=False)
    parameters: Parameters


@dataclass(slots=True)
class Side:
    """What the rounds of one way brought; CPU of this process in milliseconds per call."""

    calls_per_s: list[float] = field(default_factory=list)
    tokens_per_s: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    latencies_ms: list[float] = field(default_factory=list)

    async def round(self, call: Call, questions: Sequence[Question], concurrency: int) -> None:
        """Ask every question, `concurrency` at a time."""
        waiting = list(questions)
        tokens = 0
        began, cpu = time.perf_counter(), time.process_time()

        async def asker() -> None:
            nonlocal tokens
            while waiting:
                question = waiting.pop()
                asked = time.perf_counter()
                got = await call(question.prompt, question.parameters)
                tokens += got  # not with the await on one line: the others add meanwhile
                self.latencies_ms.append((time.perf_counter() - asked) * 1000)

        await asyncio.gather(*(asker() for _ in range(concurrency)))
        seconds = time.perf_counter() - began
        self.calls_per_s.append(len(questions) / seconds)
        self.tokens_per_s.append(tokens / seconds)
        self.cpu_ms.append((time.process_time() - cpu) / len(questions) * 1000)


@dataclass(frozen=True, slots=True)
class Figures:
    """One way: medians over its rounds; tokens are generated ones."""

    calls_per_s: float
    tokens_per_s: float
    cpu_ms_per_call: float
    latency: Quantiles


@dataclass(frozen=True, slots=True)
class Report:
    """`ratio` is of calls a second. Prompt tokens and inference time are the server's own word."""

    baseline: str
    questions: int
    concurrency: int
    rounds: int
    prompt_tokens_mean: float
    inference: Quantiles
    client: Figures
    bare: Figures
    ratio: float


def questions(count: int) -> list[Question]:
    """Prompts of every task around the texts of the recorded shop."""
    lines = (FOLDER / "labelled_texts.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [str(orjson.loads(line)["text"]) for line in lines]
    sources = [Source(text) for text in texts]
    asked = [
        Question(step.prompt(source, task.shown(source).text), step.parameters(1))
        for source in sources
        for task in TASKS
        for step in task.steps
        if step.shape.closed
    ]
    return asked[:count]


async def compare(url: str, key: str, asked: Sequence[Question], concurrency: int, rounds: int) -> Report:
    """Warm the server, alternate, compare."""
    own = ModelClient("eu", url, key, concurrency=concurrency, deadline_s=_DEADLINE_S)
    plain = AsyncInferenceClient(base_url=url, provider="hf-inference", api_key=key)
    replies: list[Reply] = []

    async def ours(prompt: str, parameters: Parameters) -> int:
        reply = await own.generate(prompt, parameters)
        if reply.output_tokens is None:
            raise harness.BenchError(f"a model call ended as {reply.outcome} ({reply.error_type})")
        replies.append(reply)
        return reply.output_tokens

    async def bare(prompt: str, parameters: Parameters) -> int:
        output = await plain.text_generation(prompt, details=True, **parameters.as_arguments())
        return output.details.generated_tokens if output.details else 0

    try:
        await Side().round(bare, asked, concurrency)
        client, loop = Side(), Side()
        for number in range(rounds):
            for side, call in ((client, ours), (loop, bare))[:: -1 if number % 2 else 1]:
                await side.round(call, asked, concurrency)
    finally:
        await own.close()
        await plain.close()  # type: ignore[no-untyped-call]
    return Report(
        baseline="asyncio loop over AsyncInferenceClient.text_generation",
        questions=len(asked),
        concurrency=concurrency,
        rounds=rounds,
        prompt_tokens_mean=round(sum(reply.input_tokens or 0 for reply in replies) / len(replies), 1),
        inference=harness.quantiles_of([(reply.inference_us or 0) / 1000 for reply in replies]),
        client=figures(client),
        bare=figures(loop),
        ratio=harness.ratio(client.calls_per_s, loop.calls_per_s),
    )


def figures(side: Side) -> Figures:
    """Medians of one way."""
    return Figures(
        round(median(side.calls_per_s), 2),
        round(median(side.tokens_per_s), 2),
        round(median(side.cpu_ms), 2),
        harness.quantiles_of(side.latencies_ms),
    )


def measure(platform: Platform, count: int, concurrency: int, rounds: int) -> Report:
    """Start the platform's model server and compare on it."""
    harness.infrastructure(platform)
    key = secret(platform.layout, "model-api-key")
    return asyncio.run(compare(platform.settings.model_url, key, questions(count), concurrency, rounds))


def show(report: Report) -> None:
    """Print the table."""
    rows = [
        (name, one.calls_per_s, one.tokens_per_s, one.latency.p50_ms, one.latency.p99_ms, one.cpu_ms_per_call)
        for name, one in (("Inland's client", report.client), ("bare loop", report.bare))
    ]
    title = f"{report.questions} prompts of {report.prompt_tokens_mean:.0f} tokens, {report.concurrency} at a time"
    harness.table(title, ("", "calls/s", "tokens/s", "p50 ms", "p99 ms", "CPU ms/call"), rows)
    harness.console.print(f"inference alone: p50 {report.inference.p50_ms} ms, p99 {report.inference.p99_ms} ms")
    harness.console.print(f"Inland : bare = {report.ratio} in calls/s")


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=16)
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=6)
    given = parser.parse_args()
    with harness.own_platform() as platform:
        report = measure(platform, given.questions, given.concurrency, given.rounds)
    show(report)
    harness.tell("enrich", report)


if __name__ == "__main__":
    harness.run_bench(main)
