"""What detectors are judged on, and when a label counts as found.

A label counts as found when every letter and digit of it is covered, whatever the kind; as found and typed when spans
of its own kind do that. Imports no recognizer.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import orjson

from streams.redact.detect.spans import Span
from tests.fixtures.samples import FOLDER

Spans = Sequence[Span]

REST = frozenset({"city", "postcode", "date_of_birth", "vat_number", "organisation"})
"""Kinds that do not point at one person by themselves; all others are direct identifiers."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the personal data in it. A label's `detector` says of a name whether public lists hold it.

    `language`, `country`: what the record beside the text would tell; None where it is not known.
    """

    text: str = field(repr=False)
    labels: tuple[Span, ...]
    language: str | None = None
    country: str | None = None


Find = Callable[[Text], Spans]
FindMany = Callable[[Sequence[Text]], Sequence[Spans]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `typed`: recall where the span must have the label's kind; precision: of spans of this kind.

    Null where there is nothing to divide by.
    """

    kind: str
    labels: int
    recall: float | None
    typed: float | None
    precision: float | None
    f2: float | None


def texts() -> tuple[Text, ...]:
    """The labelled texts of the recorded shop."""
    rows = [orjson.loads(line) for line in (FOLDER / "labelled_texts.jsonl").read_bytes().splitlines()]
    return tuple(
        Text(row["text"], tuple(Span(one["start"], one["end"], one["type"], 1.0, "label") for one in row["pii"]))
        for row in rows
    )


def totals(given: Sequence[Text], found: Sequence[Spans]) -> tuple[int, int, int, int]:
    """Labels covered, spans that touch a label, labels, spans; kinds left aside."""
    hit = true = wanted = claimed = 0
    for one, spans in zip(given, found, strict=True):
        hit += sum(covered(label, spans, one.text) for label in one.labels)
        true += sum(any(span.overlaps(label) for label in one.labels) for span in spans)
        wanted, claimed = wanted + len(one.labels), claimed + len(spans)
    return hit, true, wanted, claimed


def quality(given: Sequence[Text], found: Sequence[Spans]) -> tuple[Kind, ...]:
    """Recall and precision of every kind that is labelled."""
    wanted, hit, typed, claimed, true = (Counter[str]() for _ in range(5))
    for one, spans in zip(given, found, strict=True):
        for label in one.labels:
            kind = label.entity_type
            wanted[kind] += 1
            hit[kind] += covered(label, spans, one.text)
            typed[kind] += covered(label, [span for span in spans if span.entity_type == kind], one.text)
        for span in spans:
            claimed[span.entity_type] += 1
            true[span.entity_type] += any(
                label.entity_type == span.entity_type and label.overlaps(span) for label in one.labels
            )
    kinds = []
    for kind, count in wanted.most_common():
        recall, precision = share(hit[kind], count), share(true[kind], claimed[kind])
        kinds.append(Kind(kind, count, recall, share(typed[kind], count), precision, f2(recall, precision)))
    return tuple(kinds)


def covered(label: Span, spans: Spans, text: str) -> bool:
    """Whether no letter or digit of a label is left."""
    inside = {at for span in spans for at in range(span.start, span.end)}
    return all(at in inside or not text[at].isalnum() for at in range(label.start, label.end))


def share(part: int, whole: int) -> float | None:
    """Part of a whole; None of nothing."""
    return round(part / whole, 3) if whole else None


def f2(recall: float | None, precision: float | None) -> float | None:
    """The F measure that weighs recall twice as much as precision; None when either is unknown or both are 0."""
    if recall is None or precision is None or not recall + precision:
        return None
    return round(5 * precision * recall / (4 * precision + recall), 3)
