"""Presidio's own recognizers by configuration, and its registry as the list of everything that runs."""

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from presidio_analyzer import (
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
    pattern_recognizer,
    predefined_recognizers,
)
from pydantic import BaseModel, ConfigDict, Field

from streams.redact.detect.gates import GATES, opened
from streams.redact.detect.scan import LANGUAGE, SEARCH_TIMEOUT_S

CONFIG_FILE = Path(__file__).parent / "detectors.yaml"


class PresidioChoice(BaseModel):
    """One recognizer of presidio-analyzer's `predefined_recognizers`, by class name."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    recognizer: str
    entities: dict[str, str] = Field(min_length=1)
    minimum: float = Field(ge=0, le=1)
    gate: str | None = None


class DetectorConfig(BaseModel):
    """detectors.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    presidio: list[PresidioChoice]


@cache
def config() -> DetectorConfig:
    """Read once; an unknown key or recognizer is refused."""
    return DetectorConfig.model_validate(yaml.safe_load(CONFIG_FILE.read_text(encoding="utf-8")))


class Adapted(EntityRecognizer):
    """A Presidio recognizer under Inland's types and threshold."""

    def __init__(self, choice: PresidioChoice) -> None:
        known = getattr(predefined_recognizers, choice.recognizer, None)
        if known is None:
            raise ValueError(f"{CONFIG_FILE.name}: presidio-analyzer has no {choice.recognizer}: correct the name")
        self._inner: Any = known()
        self._choice = choice
        self.gates = None if choice.gate is None else frozenset([GATES.add(choice.gate, ignore_case=True)])
        super().__init__(list(choice.entities.values()), name=choice.recognizer, supported_language=LANGUAGE)

    def load(self) -> None:
        """Loaded with its class."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Results above the minimum, where the gate is open."""
        return self.ungated(text) if may_find(self, opened(text)) else []

    def ungated(self, text: str) -> list[RecognizerResult]:
        """The same without asking the gate."""
        nothing: Any = None
        found = self._inner.analyze(text, list(self._choice.entities), nothing)
        return [
            RecognizerResult(self._choice.entities[one.entity_type], one.start, one.end, one.score)
            for one in found
            if one.score >= self._choice.minimum
        ]


class _SkipIsFailure(logging.Filter):
    """Presidio skips a pattern that takes too long and says so only in its log: that would let data through."""

    def filter(self, record: logging.LogRecord) -> bool:
        if "timed out" in str(record.msg):
            raise TimeoutError("a pattern of presidio-analyzer took too long")
        return True


def registry(own: Sequence[EntityRecognizer]) -> RecognizerRegistry:
    """Inland's recognizers and the chosen ones of Presidio's, in one registry."""
    vars(pattern_recognizer)["REGEX_TIMEOUT_SECONDS"] = SEARCH_TIMEOUT_S
    log = logging.getLogger("presidio-analyzer")
    if not any(isinstance(one, _SkipIsFailure) for one in log.filters):
        log.addFilter(_SkipIsFailure())
    return RecognizerRegistry([*own, *map(Adapted, config().presidio)], supported_languages=[LANGUAGE])


def results_of(recognizer: EntityRecognizer, text: str) -> list[RecognizerResult]:
    """What one recognizer finds. No recognizer here looks at NLP artifacts, so that none are made."""
    nothing: Any = None
    return list(recognizer.analyze(text, recognizer.supported_entities, nothing))


def may_find(recognizer: EntityRecognizer, open_gates: frozenset[int]) -> bool:
    """What the recognizer's gates say, of which some are open; False is certain. One without gates is always asked."""
    gates: frozenset[int] | None = getattr(recognizer, "gates", None)
    return gates is None or not gates.isdisjoint(open_gates)
