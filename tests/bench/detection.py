"""How a detector does on the shop's labelled texts: what it costs, what it finds.

A label counts as found when every letter and digit of it is covered, whatever the kind; precision is of the spans that
are given the label's kind. Imports no recognizer.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

import orjson

from streams.redact.detect.spans import Span
from tests.fixtures.samples import FOLDER

Find = Callable[[str], Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the personal data in it. A label's `detector` says of a name whether public lists hold it.

    `language`, `country`: what the record beside the text would tell; None where it is not known.
    """

    text: str = field(repr=False)
    labels: tuple[Span, ...]
    language: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """Recall and precision of one kind; null where there is nothing to divide by."""

    kind: str
    labels: int
    recall: float | None
    precision: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """One detector. CPU in milliseconds per text, the median of the passes."""

    texts_per_s: int
    cpu_ms_per_text: float
    recall: float
    precision: float
    kinds: tuple[Kind, ...]


def texts() -> tuple[Text, ...]:
    """The labelled texts of the recorded shop."""
    rows = [orjson.loads(line) for line in (FOLDER / "labelled_texts.jsonl").read_bytes().splitlines()]
    return tuple(
        Text(row["text"], tuple(Span(one["start"], one["end"], one["type"], 1.0, "label") for one in row["pii"]))
        for row in rows
    )


def figures(find: Find, given: Sequence[Text], passes: int) -> Figures:
    """Quality once, then the cost over some passes; the first, which fills caches, is not counted."""
    found = [tuple(find(one.text)) for one in given]
    cpu, wall = [], []
    for _ in range(passes):
        began, cpu_began = time.perf_counter(), time.process_time()
        for one in given:
            find(one.text)
        cpu.append((time.process_time() - cpu_began) / len(given) * 1000)
        wall.append(len(given) / (time.perf_counter() - began))
    kinds = quality(given, found)
    hit, true, wanted, claimed = totals(given, found)
    return Figures(round(median(wall)), round(median(cpu), 3), round(hit / wanted, 3), round(true / claimed, 3), kinds)


def totals(given: Sequence[Text], found: Sequence[tuple[Span, ...]]) -> tuple[int, int, int, int]:
    """Labels covered, spans that touch a label, labels, spans; kinds left aside."""
    hit = true = wanted = claimed = 0
    for one, spans in zip(given, found, strict=True):
        hit += sum(covered(label, spans, one.text) for label in one.labels)
        true += sum(any(span.overlaps(label) for label in one.labels) for span in spans)
        wanted, claimed = wanted + len(one.labels), claimed + len(spans)
    return hit, true, wanted, max(claimed, 1)


def quality(given: Sequence[Text], found: Sequence[tuple[Span, ...]]) -> tuple[Kind, ...]:
    """Recall and precision of every kind that is labelled."""
    wanted, hit, claimed, true = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for one, spans in zip(given, found, strict=True):
        for label in one.labels:
            wanted[label.entity_type] += 1
            hit[label.entity_type] += covered(label, spans, one.text)
        for span in spans:
            claimed[span.entity_type] += 1
            true[span.entity_type] += any(
                label.entity_type == span.entity_type and label.overlaps(span) for label in one.labels
            )
    return tuple(
        Kind(kind, count, share(hit[kind], count), share(true[kind], claimed[kind]))
        for kind, count in wanted.most_common()
    )


def covered(label: Span, spans: Sequence[Span], text: str) -> bool:
    """Whether no letter or digit of a label is left."""
    inside = {at for span in spans for at in range(span.start, span.end)}
    return all(at in inside or not text[at].isalnum() for at in range(label.start, label.end))


def share(part: int, whole: int) -> float | None:
    """Part of a whole; None of nothing."""
    return round(part / whole, 3) if whole else None
