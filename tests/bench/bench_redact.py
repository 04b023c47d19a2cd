"""`python tests/bench/bench_redact.py`: Inland's detection against presidio-analyzer as it is shipped.

Both read the shop's labelled texts, one thread, no platform. Presidio gets an English model where spaCy finds one, else
a blank pipeline, and then can find no names; the report says which. The texts' e-mail addresses are all on `.example`,
which Presidio's recognizer takes for no domain.
"""

import argparse
import subprocess
from dataclasses import dataclass

import orjson

from streams.redact.detect.detector import Detector
from tests.bench import harness
from tests.bench.detection import Figures, Kind, figures, texts
from tests.bench.orders import Cost, order_cost


@dataclass(frozen=True, slots=True)
class Report:
    """`speedup`: CPU per text of Presidio by that of Inland."""

    presidio_model: str
    texts: int
    passes: int
    detector: Figures
    presidio: Figures
    speedup: float
    order: Cost


def measure(passes: int) -> Report:
    """Both detectors on all texts, then whole orders."""
    given, detector = texts(), Detector()
    own = figures(detector.detect, given, passes)
    told = subprocess.run(
        harness.module("tests.bench.presidio_shipped", str(passes)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if told.returncode:
        raise harness.BenchError(f"presidio-analyzer could not be measured: {told.stderr[-1000:]}")
    found = orjson.loads(told.stdout)
    kinds = tuple(Kind(**one) for one in found["figures"].pop("kinds"))
    other = Figures(**found["figures"], kinds=kinds)
    speedup = round(other.cpu_ms_per_text / own.cpu_ms_per_text, 2)
    return Report(found["model"], len(given), passes, own, other, speedup, order_cost(detector, passes))


def show(report: Report) -> None:
    """Print the tables."""
    sides = (("Inland", report.detector), (f"Presidio, {report.presidio_model} model", report.presidio))
    rows = [(name, one.texts_per_s, one.cpu_ms_per_text, one.recall, one.precision) for name, one in sides]
    columns = ("", "texts/s", "CPU ms/text", "recall, any kind", "precision, any kind")
    harness.table(f"{report.texts} texts, {report.passes} passes, one thread", columns, rows)
    pairs = zip(report.detector.kinds, report.presidio.kinds, strict=True)
    kinds = [(own.kind, own.labels, own.recall, own.precision, other.recall, other.precision) for own, other in pairs]
    harness.table("By kind", ("", "labels", "recall", "precision", "Presidio's recall", "its precision"), kinds)
    cost = report.order
    steps = (("mapping", cost.mapping_ms), ("redaction", cost.redaction_ms), ("encoding", cost.encoding_ms))
    harness.table(f"CPU of one order ({cost.deliveries} deliveries)", ("", "ms"), [*steps, ("all", cost.all_ms)])
    harness.console.print(f"Presidio : Inland = {report.speedup} in CPU per text")


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passes", type=int, default=7)
    given = parser.parse_args()
    report = measure(given.passes)
    show(report)
    harness.tell("redact", report)


if __name__ == "__main__":
    harness.run_bench(main)
