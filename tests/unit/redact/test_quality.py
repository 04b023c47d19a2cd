"""Detection on the shop's labelled texts, with and without what the record itself makes known.

The texts are samples, not the measure: the floors are what was reached on them, so that a loss is seen.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from streams.redact.detect.detector import Detector
from streams.redact.detect.spans import Span

_FILE = Path(__file__).parents[2] / "fixtures" / "woocommerce" / "labelled_texts.jsonl"
_DIRECT = frozenset(
    {"person", "email", "phone", "iban", "date_of_birth", "street_address", "passport_no", "codice_fiscale"}
)


@dataclass(frozen=True, slots=True)
class _Labelled:
    text: str
    labels: tuple[Span, ...]


def _texts() -> Iterator[_Labelled]:
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        labels = tuple(Span(one["start"], one["end"], one["type"], 1.0, "label") for one in row["pii"])
        yield _Labelled(row["text"], labels)


TEXTS = tuple(_texts())


def _covered(span: Span, found: tuple[Span, ...], text: str) -> bool:
    inside = {at for one in found for at in range(one.start, one.end)}
    return all(at in inside or not text[at].isalnum() for at in range(span.start, span.end))


def test_no_labelled_datum_is_left_in_any_text(detector: Detector) -> None:
    left: Counter[str] = Counter()
    for one in TEXTS:
        found = detector.detect(one.text)
        left.update(label.entity_type for label in one.labels if not _covered(label, found, one.text))
    assert not left


def test_kinds_and_borders_are_those_of_the_labels(detector: Detector) -> None:
    hits = extra = wanted = 0
    for one in TEXTS:
        found = {(span.start, span.end, span.entity_type) for span in detector.detect(one.text)}
        labels = {(span.start, span.end, span.entity_type) for span in one.labels}
        hits, extra, wanted = hits + len(found & labels), extra + len(found - labels), wanted + len(labels)
    assert hits / wanted >= 0.98
    assert extra <= 2


@pytest.mark.parametrize("text", sorted({one.text for one in TEXTS if not one.labels}))
def test_a_text_without_personal_data_is_left_alone(detector: Detector, text: str) -> None:
    assert detector.detect(text) == ()


def test_the_sample_holds_every_direct_identifier_that_is_measured() -> None:
    assert {label.entity_type for one in TEXTS for label in one.labels} >= _DIRECT
