"""Typed, numbered placeholders: the same value has the same number within a record, so that a text stays readable."""

from collections.abc import Sequence

from streams.redact.detect.spans import Span
from streams.redact.detect.words.fold import fold
from streams.redact.vault.originals import PLACEHOLDER, Original

__all__ = ["PLACEHOLDER", "Placeholders"]


class Placeholders:
    """Numbers for one record's values. Holds values in memory only while the record is redacted."""

    def __init__(self, texts: Sequence[str] = ()) -> None:
        """`texts`: the record's texts; placeholders that they hold already keep their numbers to themselves."""
        self._numbers: dict[tuple[str, str], int] = {}
        self._next: dict[str, int] = {}
        self._originals: dict[Original, None] = {}
        for text in texts:
            for match in PLACEHOLDER.finditer(text):
                kind, _, number = match.group()[1:-1].rpartition("_")
                self._next[kind] = max(self._next.get(kind, 1), int(number) + 1)

    def apply(self, text: str, spans: Sequence[Span]) -> str:
        """The text with every span replaced; spans are in order and disjoint."""
        pieces: list[str] = []
        at = 0
        for span in spans:
            value = text[span.start : span.end]
            placeholder = self._placeholder(value, span.entity_type)
            self._originals[Original(placeholder, span.entity_type, value)] = None
            pieces += (text[at : span.start], placeholder)
            at = span.end
        return "".join((*pieces, text[at:]))

    @property
    def originals(self) -> tuple[Original, ...]:
        """What the placeholders so far stand for, every spelling once, in the order in which they came."""
        return tuple(self._originals)

    def _placeholder(self, value: str, entity_type: str) -> str:
        kind = entity_type.upper()
        key = (kind, " ".join(fold(value).split()))
        if key not in self._numbers:
            self._numbers[key] = self._next.get(kind, 1)
            self._next[kind] = self._numbers[key] + 1
        return f"<{kind}_{self._numbers[key]}>"
