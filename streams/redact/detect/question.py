"""What detection is asked, and who answers for names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from streams.redact.detect.spans import Span
from streams.redact.values import KnownValue


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """One text. ``language`` (ISO 639-1) and ``country`` (ISO 3166-1 alpha-2) are hints; both may be missing.

    ``known``: values of the record itself and of the same subject's other records.
    """

    text: str
    language: str | None = None
    country: str | None = None
    known: tuple[KnownValue, ...] = ()


class NameFinder(Protocol):
    """A language model's part: names and places that no pattern tells."""

    def find(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """For each text its spans, in order, disjoint."""


class Detects(Protocol):
    """Whoever answers questions: a detector, or a pool of processes that each have one."""

    @property
    def version(self) -> str:
        """Changes with any word list, pattern, model, configuration or code of detection."""

    def detect_many(self, questions: Sequence[Question]) -> list[tuple[Span, ...]]:
        """For each text its spans, in order, disjoint; whatever it raises, the caller fails closed."""
