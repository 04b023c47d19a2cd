"""`python tests/bench/bench_redact.py`: Inland's detection against presidio-analyzer as it is shipped.

Both read the shop's labelled texts, one thread, no platform. Presidio gets an English model where spaCy finds one, else
a blank pipeline, and then can find no names; the report says which. A label counts as found when every letter and digit
of it is covered, whatever the kind; precision is of the spans that are given the label's kind. The texts' addresses
are all on `.example`, which Presidio's e-mail recognizer takes for no domain.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

import orjson
import spacy
from presidio_analyzer import AnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider
from tldextract import TLDExtract, tldextract

from streams.redact.detect.detector import Detector
from streams.redact.detect.spans import Span
from tests.bench import harness
from tests.bench.orders import Cost, order_cost
from tests.fixtures.samples import FOLDER

_KINDS = {
    "PERSON": "person",
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "IBAN_CODE": "iban",
    "DATE_TIME": "date_of_birth",
    "LOCATION": "city",
    "US_PASSPORT": "passport_no",
    "IT_FISCAL_CODE": "codice_fiscale",
}
"""Presidio's entity types in the labels' terms."""

_MODELS = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm")

Find = Callable[[str], Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the personal data in it."""

    text: str = field(repr=False)
    labels: tuple[Span, ...]


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


def texts() -> tuple[Text, ...]:
    """The labelled texts of the recorded shop."""
    rows = [orjson.loads(line) for line in (FOLDER / "labelled_texts.jsonl").read_bytes().splitlines()]
    return tuple(
        Text(row["text"], tuple(Span(one["start"], one["end"], one["type"], 1.0, "label") for one in row["pii"]))
        for row in rows
    )


def presidio() -> tuple[str, Find]:
    """The analyzer with its defaults, and the name of its model."""
    # As shipped it asks the network for the list of domain suffixes; the snapshot in the package is what it falls back to.
    tldextract.TLD_EXTRACTOR = TLDExtract(suffix_list_urls=())
    installed = set(spacy.util.get_installed_models())
    with tempfile.TemporaryDirectory() as folder:
        model = next((name for name in _MODELS if name in installed), None)
        if model is None:
            spacy.blank("en").to_disk(folder)  # by its path: a name that is not installed would be downloaded
        models = [{"lang_code": "en", "model_name": model or folder}]
        engine = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    analyzer = AnalyzerEngine(nlp_engine=engine)

    def find(text: str) -> Sequence[Span]:
        return [
            Span(one.start, one.end, _KINDS.get(one.entity_type, one.entity_type), one.score, "presidio")
            for one in analyzer.analyze(text, language="en")
        ]

    return model or "blank", find


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


def measure(passes: int) -> Report:
    """Both detectors on all texts, then whole orders."""
    given, detector = texts(), Detector()
    model, find = presidio()
    own, other = figures(detector.detect, given, passes), figures(find, given, passes)
    speedup = round(other.cpu_ms_per_text / own.cpu_ms_per_text, 2)
    return Report(model, len(given), passes, own, other, speedup, order_cost(detector, passes))


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
