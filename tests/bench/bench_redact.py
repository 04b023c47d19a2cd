"""`python -m tests.bench.bench_redact`: Inland's detection against presidio-analyzer as it is shipped.

Both read the shop's labelled texts and held-out ones in nine languages, in one run, on one core, one thread, no
platform. Presidio gets an English model, which `make bench-redact` installs. E-mail addresses on `.example` are no
addresses to it.
"""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from streams.redact.detect.detector import Detector
from tests.bench import harness, redact_report, redact_tables
from tests.bench.groups import groups, judged
from tests.bench.inland_detectors import ways
from tests.bench.orders import order_cost
from tests.bench.pace import paces, single
from tests.bench.redact_children import memory, shipped
from tests.bench.redact_figures import Report, Speed

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured. `texts`: held-out texts per language; `memory_texts`: detected in by one process."""

    texts: int
    seed: int
    passes: int
    memory_texts: int


def one_core() -> None:
    """Keep this process and its children on one core with one thread."""
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    if hasattr(os, "sched_setaffinity"):  # Linux
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def measure(extent: Extent) -> Report:
    """Quality and pace of both, memory, then whole orders."""
    one_core()
    given, detector = groups(extent.texts, extent.seed), Detector()
    offered = ways(detector)
    other = shipped(extent.texts, extent.seed)
    speed = Speed(
        other.paces,
        paces(single(offered.plain), given, extent.passes),
        paces(offered.batched, given, extent.passes),
        paces(offered.patterns, given, extent.passes),
    )
    return Report(
        presidio_model=other.model,
        seed=extent.seed,
        plain=judged(given, offered.plain),
        hinted=judged(given, offered.hinted),
        presidio=other.quality,
        speed=speed,
        ratios=speed.ratios(),
        memory=memory(extent.memory_texts),
        order=order_cost(detector, extent.passes),
    )


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=300, help="held-out texts per language")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other texts")
    parser.add_argument("--passes", type=int, default=3, help="passes of which a pace is the median")
    parser.add_argument("--memory-texts", type=int, default=100_000, help="texts a worker's memory is followed over")
    parser.add_argument("--report", type=Path, metavar="DIR", help="write redaction.md and redaction.png there")
    given = parser.parse_args()
    report = measure(Extent(given.texts, given.seed, given.passes, given.memory_texts))
    redact_tables.show(report)
    if given.report:
        redact_report.write(report, given.report)
    harness.tell("redact", report)


if __name__ == "__main__":
    harness.run_bench(main)
