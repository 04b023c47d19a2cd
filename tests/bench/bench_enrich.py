"""`python tests/bench/bench_enrich.py`: Inland's model client against a bare loop with the same library.

Both put the same prompts to the same server through huggingface_hub's AsyncInferenceClient, in alternating rounds
whose order changes. What Inland's client does beyond: priorities, a limit that adapts, a breaker, a deadline, address
checks, times and token counts of every attempt, every failure as an outcome.

Four parts: throughput at the limit of a server of fixed service time; what the client adds to the latency at 80 % of
that limit; memory of a worker with 500 calls in flight; tokens a second with the real model of the local platform. That
one keeps evaluated prompts: one round that is not counted fills its memory, so that both find it alike.
"""

import argparse
import asyncio
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import orjson

from infra.local.platform import Platform
from streams.enrich.client import Parameters
from streams.enrich.tasks import TASKS
from streams.enrich.tasks.step import Source
from tests.bench import harness
from tests.bench.enrich_ways import Question, Side, Ways, both
from tests.bench.fixed_model import FixedModel, fixed_model
from tests.bench.harness import Quantiles
from tests.fixtures.samples import FOLDER

LOAD = 0.8
_PLAIN = Question("Review: it works well, I am happy with it.\nSentiment:", Parameters(8))


@dataclass(frozen=True, slots=True)
class Figures:
    """One way: medians over its rounds; tokens are generated ones."""

    calls_per_s: float
    tokens_per_s: float
    cpu_ms_per_call: float
    latency: Quantiles


@dataclass(frozen=True, slots=True)
class Compared:
    """Both ways under one load. `ratio`: of calls a second, Inland's to the bare loop's, median of pairs of rounds."""

    client: Figures
    bare: Figures
    ratio: float


@dataclass(frozen=True, slots=True)
class Report:
    """`added_*`: Inland's quantile less the bare loop's, milliseconds, median of pairs of rounds."""

    baseline: str
    limit_per_s: float
    at_limit: Compared
    at_load: Compared
    added_p50_ms: float
    added_p99_ms: float
    in_flight: int
    memory_mib: float
    model: Compared | None
    model_tokens_ratio: float | None


async def at_limit(server: FixedModel, rounds: int, seconds: float) -> Compared:
    """Closed load of twice the server's slots: it never waits for a call."""
    concurrency = server.slots * 2
    questions = [_PLAIN] * max(concurrency * 4, int(server.limit_per_s * seconds))
    async with both(server.url, concurrency) as ways:
        return await alternate(ways, questions, concurrency, rounds)


async def alternate(ways: Ways, questions: Sequence[Question], concurrency: int, rounds: int) -> Compared:
    """Warm up, then a round of each way after the other."""
    for call in (ways.ours, ways.bare):
        await Side().closed_round(call, questions, concurrency)
    client, loop = Side(), Side()
    for number in range(rounds):
        for side, call in ((client, ways.ours), (loop, ways.bare))[:: -1 if number % 2 else 1]:
            await side.closed_round(call, questions, concurrency)
        said(number, client, loop)
    return compared(client, loop)


async def at_load(server: FixedModel, rounds: int, seconds: float) -> tuple[Compared, float, float]:
    """Open load at LOAD of the limit, the same arrivals for both; the added median and 99th percentile."""
    per_s = server.limit_per_s * LOAD
    count = max(100, int(per_s * seconds))
    client, loop = Side(), Side()
    async with both(server.url, server.slots * 4) as ways:
        for call in (ways.ours, ways.bare):
            await Side().open_round(call, _PLAIN, per_s, count, seed=0)
        for number in range(rounds):
            for side, call in ((client, ways.ours), (loop, ways.bare))[:: -1 if number % 2 else 1]:
                await side.open_round(call, _PLAIN, per_s, count, seed=number)
            said(number, client, loop)
    pairs = [
        (harness.quantiles_of(ours), harness.quantiles_of(bare))
        for ours, bare in zip(client.latencies_ms, loop.latencies_ms, strict=True)
    ]
    return (
        compared(client, loop),
        round(median(ours.p50_ms - bare.p50_ms for ours, bare in pairs), 2),
        round(median(ours.p99_ms - bare.p99_ms for ours, bare in pairs), 2),
    )


def said(number: int, client: Side, loop: Side) -> None:
    """A line of progress."""
    harness.console.print(
        f"  round {number + 1}: {client.calls_per_s[-1]:.1f} : {loop.calls_per_s[-1]:.1f} calls/s,"
        f" CPU {client.cpu_ms[-1]:.2f} : {loop.cpu_ms[-1]:.2f} ms/call",
        style="dim",
    )


def compared(client: Side, loop: Side) -> Compared:
    """Medians of both ways."""
    return Compared(figures(client), figures(loop), harness.ratio(client.calls_per_s, loop.calls_per_s))


def figures(side: Side) -> Figures:
    """Medians of one way; quantiles over all of its calls."""
    return Figures(
        round(median(side.calls_per_s), 2),
        round(median(side.tokens_per_s), 2),
        round(median(side.cpu_ms), 2),
        harness.quantiles_of([one for taken in side.latencies_ms for one in taken]),
    )


def memory(calls: int) -> tuple[int, float]:
    """Calls in flight and resident memory of a worker's process, from a child."""
    with tempfile.TemporaryDirectory() as folder, fixed_model(calls, 2.0) as server:
        log = Path(folder) / "memory.log"
        command = harness.module("tests.bench.enrich_memory", server.url, str(calls))
        with harness.process(command, dict(os.environ), log) as child:
            told = orjson.loads(harness.result_of(child, log))
    harness.console.print(f"  {told['before_mib']} MiB before the first call", style="dim")
    return int(told["in_flight"]), float(told["most_mib"])


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


async def with_model(url: str, key_file: Path, count: int, concurrency: int, rounds: int) -> tuple[Compared, float]:
    """The real model; the ratio of tokens a second, Inland's to the bare loop's."""
    async with both(url, concurrency, key_file) as ways:
        told = await alternate(ways, questions(count), concurrency, rounds)
    return told, round(told.client.tokens_per_s / told.bare.tokens_per_s, 3)


def model(platform: Platform, count: int, concurrency: int, rounds: int) -> tuple[Compared, float]:
    """Start the platform's model server and compare on it."""
    harness.infrastructure(platform)
    key_file = platform.layout.secrets / "model-api-key"
    return asyncio.run(with_model(platform.settings.model_url, key_file, count, concurrency, rounds))


def show(title: str, told: Compared) -> None:
    """Print one comparison."""
    rows = [
        (name, one.calls_per_s, one.tokens_per_s, one.latency.p50_ms, one.latency.p99_ms, one.cpu_ms_per_call)
        for name, one in (("Inland's client", told.client), ("bare loop", told.bare))
    ]
    harness.table(title, ("", "calls/s", "tokens/s", "p50 ms", "p99 ms", "CPU ms/call"), rows)
    harness.console.print(f"Inland : bare = {told.ratio} in calls/s")


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slots", type=int, default=8, help="answers that the fixed server makes at a time")
    parser.add_argument("--service-s", type=float, default=0.1, help="time that it takes for one")
    parser.add_argument("--seconds", type=float, default=8.0, help="length of a round")
    parser.add_argument("--in-flight", type=int, default=500)
    parser.add_argument("--questions", type=int, default=16)
    parser.add_argument("--concurrency", type=int, default=4, help="calls to the real model at a time; 0 leaves it out")
    parser.add_argument("--rounds", type=int, default=6)
    given = parser.parse_args()
    with fixed_model(given.slots, given.service_s) as server:
        harness.console.print(f"at the limit of {server.limit_per_s:.0f} calls/s …", style="dim")
        limited = asyncio.run(at_limit(server, given.rounds, given.seconds))
        harness.console.print(f"at {LOAD:.0%} of it …", style="dim")
        loaded, p50, p99 = asyncio.run(at_load(server, given.rounds, given.seconds))
    harness.console.print(f"{given.in_flight} calls in flight …", style="dim")
    held, mib = memory(given.in_flight)
    real, tokens_ratio = None, None
    if given.concurrency:
        with harness.own_platform() as platform:
            real, tokens_ratio = model(platform, given.questions, given.concurrency, given.rounds)
    show(f"at the limit of {server.limit_per_s:.0f} calls/s, {server.slots * 2} at a time", limited)
    show(f"at {LOAD:.0%} of it, by chance", loaded)
    harness.console.print(f"added: p50 {p50} ms, p99 {p99} ms; {held} calls in flight: {mib} MiB")
    if real is not None:
        show(f"SmolLM2, {given.concurrency} at a time", real)
        harness.console.print(f"Inland : bare = {tokens_ratio} in tokens/s")
    baseline = "asyncio loop over AsyncInferenceClient.text_generation"
    report = Report(baseline, server.limit_per_s, limited, loaded, p50, p99, held, mib, real, tokens_ratio)
    harness.tell("enrich", report)


if __name__ == "__main__":
    harness.run_bench(main)
