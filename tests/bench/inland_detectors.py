"""The one place where the benchmark meets Inland's detector: its ways, each as a function of texts.

A way that the detector at hand does not have is None, and its figures are null.
"""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from streams.redact.detect.detector import Detector
from tests.bench.detection import Find, FindMany, Spans, Text
from tests.bench.pace import single


@dataclass(frozen=True, slots=True)
class Ways:
    """`plain`: nothing is known beside the text; `hinted`: language and country are; the others are the fast ways."""

    plain: Find
    hinted: Find
    batched: FindMany | None
    patterns: FindMany | None


def ways(detector: Detector) -> Ways:
    """What this detector offers."""
    return Ways(_plain(detector), _hinted(detector), _batched(detector), _patterns())


def _plain(detector: Detector) -> Find:
    return lambda one: detector.detect(one.text)


def _hinted(detector: Detector) -> Find:
    return lambda one: detector.detect(one.text, language=one.language, country=one.country)


def _batched(detector: Detector) -> FindMany | None:
    """`detect_many` takes pairs of a text and its hints; None is no hint."""
    many: Any = getattr(detector, "detect_many", None)
    if many is None:
        return None

    def run(given: Sequence[Text]) -> Sequence[Spans]:
        return [tuple(spans) for spans in many([(one.text, None) for one in given])]

    return run


def _patterns() -> FindMany | None:
    """A detector without a name model."""
    if "names" not in inspect.signature(Detector).parameters:
        return None
    make: Any = Detector
    return single(_plain(make(names=None)))
