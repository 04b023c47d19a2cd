"""`python -m tests.bench.redact_memory TEXTS`: memory of a worker process that detects in ever new texts."""

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import count, islice

import orjson
import psutil

from streams.redact.detect.detector import Detector
from tests.bench.detection import FindMany, Text
from tests.bench.heldout.generate import generate
from tests.bench.heldout.lists import LANGUAGES
from tests.bench.inland_detectors import ways

_BATCH = 500
_SETTLED = 10_000


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident set in MB. `slope_kb`: growth in KB per 1,000 texts, by least squares, after the first 10,000 texts."""

    texts: int
    settled_mb: float
    end_mb: float
    slope_kb: float


def new_texts() -> Iterator[Text]:
    """Texts of all languages in turn, without end."""
    for seed in count(1000):
        for language in LANGUAGES:
            yield from generate(language, 50, seed)


def measure(run: FindMany, texts: int) -> Memory:
    """Detect in batches and look at the process after each."""
    given, process = new_texts(), psutil.Process()
    seen: list[tuple[int, float]] = []
    for done in range(_BATCH, max(texts, 2 * _SETTLED) + 1, _BATCH):
        run(list(islice(given, _BATCH)))
        if done >= _SETTLED:
            seen.append((done, process.memory_info().rss / 1e6))
    return Memory(seen[-1][0], round(seen[0][1], 1), round(seen[-1][1], 1), round(slope(seen) * 1e6, 2))


def slope(points: list[tuple[int, float]]) -> float:
    """Of the straight line through the points with the least squares."""
    middle, level = (sum(each) / len(points) for each in zip(*points, strict=True))
    spread: float = sum((x - middle) ** 2 for x, _ in points)
    return float(sum((x - middle) * (y - level) for x, y in points) / spread)


def main() -> None:
    """Measure and print one line of JSON."""
    offered = ways(Detector())
    print(orjson.dumps(asdict(measure(offered.batched, int(sys.argv[1])))).decode())


if __name__ == "__main__":
    main()
