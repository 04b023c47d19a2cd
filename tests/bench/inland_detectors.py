"""The one place where the benchmark meets Inland's detector: its ways, each as a function of texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from streams.redact.detect.detector import Detector
from streams.redact.detect.question import Question
from tests.bench.detection import Find, FindMany, Spans, Text


@dataclass(frozen=True, slots=True)
class Ways:
    """`plain`: nothing is known beside the text; `hinted`: language and country are; the others are the fast ways."""

    plain: Find
    hinted: Find
    batched: FindMany
    patterns: FindMany


def ways(detector: Detector) -> Ways:
    """What this detector offers; `patterns` is one without the model for names."""
    bare = Detector(names=None)
    return Ways(
        lambda one: detector.detect(one.text),
        lambda one: detector.detect(one.text, language=one.language, country=one.country),
        _many(detector),
        _many(bare),
    )


def _many(detector: Detector) -> FindMany:
    def run(given: Sequence[Text]) -> Sequence[Spans]:
        return detector.detect_many([Question(one.text) for one in given])

    return run
