"""What detection costs: texts per second, CPU per text, one thread."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.detection import Find, FindMany, Text
from tests.bench.groups import Groups

LONG = 283
"""Characters of a long text: the length on which Presidio's steps were measured apart."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Medians of the passes. `cpu_us`: microseconds of CPU per text."""

    texts_per_s: float
    cpu_us: float


@dataclass(frozen=True, slots=True)
class Paces:
    """Texts as they are (about 80 characters), and joined to LONG ones."""

    short: Pace
    long: Pace


def workloads(given: Groups) -> tuple[list[Text], list[Text]]:
    """All texts of the groups, and the same joined to about LONG characters, labels left out."""
    short = [one for group in given.values() for one in group]
    return short, [long for group in given.values() for long in joined(group)]


def joined(given: Sequence[Text]) -> list[Text]:
    """Neighbouring texts of one group put together until LONG characters are reached; the country of the first."""
    made: list[Text] = []
    parts: list[Text] = []
    for one in given:
        parts.append(one)
        if sum(len(part.text) + 1 for part in parts) >= LONG:
            text = " ".join(part.text for part in parts)[: LONG + 40]
            made.append(Text(text, (), parts[0].language, parts[0].country))
            parts = []
    return made


def single(find: Find) -> FindMany:
    """A detector that is given one text after the other."""
    return lambda given: [find(one) for one in given]


def paces(run: FindMany, given: Groups, passes: int) -> Paces:
    """Both workloads."""
    short, long = workloads(given)
    return Paces(pace(run, short, passes), pace(run, long, passes))


def pace(run: FindMany, given: Sequence[Text], passes: int) -> Pace:
    """Some passes over all texts, after a first part that warms caches."""
    run(given[:50])
    timed = [_timed(run, given) for _ in range(passes)]
    wall, cpu = (median(each) / len(given) for each in zip(*timed, strict=True))
    return Pace(round(1 / wall, 1), round(cpu * 1e6, 1))


def _timed(run: Callable[[Sequence[Text]], object], given: Sequence[Text]) -> tuple[float, float]:
    began, cpu_began = time.perf_counter(), time.process_time()
    run(given)
    return time.perf_counter() - began, time.process_time() - cpu_began
