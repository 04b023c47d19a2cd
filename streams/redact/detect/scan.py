"""The frame of Inland's own recognizers: Presidio's EntityRecognizer, patterns with a time limit, no language model."""

import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any, Protocol, cast

import regex
from presidio_analyzer import EntityRecognizer, RecognizerResult

from streams.redact.detect.gates import GATES, opened
from streams.redact.detect.spans import Span

# One search of one text; regex raises TimeoutError beyond it, and detection fails closed.
SEARCH_TIMEOUT_S = 2.0
# All recognizers serve all languages: Presidio wants one, and the registry is asked for this one.
LANGUAGE = "xx"
# Stands for what is covered already: one character that is in no word and in no number.
COVER = "\ufffc"


class Match(Protocol):
    """The part of a regular expression's match that is used here."""

    def start(self, group: int | str = 0) -> int: ...
    def end(self, group: int | str = 0) -> int: ...
    def group(self, group: int | str = 0) -> str: ...


class Expression:
    """A compiled pattern whose search is bounded in time, behind a gate."""

    def __init__(self, source: str, *, gate: str | None = None, ignore_case: bool = True) -> None:
        """`source`: whitespace and comments in it are ignored. `gate`: see gates.py; None: always searched."""
        flags = regex.VERBOSE | regex.VERSION0 | (regex.IGNORECASE if ignore_case else 0)
        self._compiled: Any = regex.compile(source, flags)
        self.gate = None if gate is None else GATES.add(gate, ignore_case=ignore_case)
        self.source = source

    def over(self, text: str) -> Iterator[Match]:
        """Matches from left to right; TimeoutError when the search takes too long."""
        return self.ungated(text) if self.may_match(text) else iter(())

    def may_match(self, text: str) -> bool:
        """What the gate says; False is certain."""
        return self.gate is None or self.gate in opened(text)

    def ungated(self, text: str) -> Iterator[Match]:
        """The same without asking the gate."""
        # All at once: the limit is for the search, not for what is done with each match.
        return iter(cast(list[Match], list(self._compiled.finditer(text, timeout=SEARCH_TIMEOUT_S))))

    def before(self, text: str, at: int, reach: int = 40) -> bool:
        """Whether the pattern (which ends in `$`) matches right before position `at`, looking `reach` back."""
        if not self.may_match(text):
            return False
        return self._compiled.search(text[max(0, at - reach) : at], timeout=SEARCH_TIMEOUT_S) is not None

    def first(self, text: str, start: int) -> Match | None:
        """The first match from `start` on."""
        return cast(Match | None, self._compiled.search(text, start, timeout=SEARCH_TIMEOUT_S))

    def at(self, text: str, start: int) -> Match | None:
        """A match that begins exactly at `start`."""
        if not self.may_match(text):
            return None
        return cast(Match | None, self._compiled.match(text, start, timeout=SEARCH_TIMEOUT_S))

    def whole(self, text: str) -> bool:
        """Whether the pattern matches all of the text."""
        return self._compiled.fullmatch(text, timeout=SEARCH_TIMEOUT_S) is not None


class Shape:
    """A plain pattern of ASCII letters and digits: nothing repeats within a repetition, so its search is linear."""

    def __init__(self, source: str, *, gate: str) -> None:
        """As for `Expression`; case does not count."""
        self._compiled = re.compile(source, re.VERBOSE | re.IGNORECASE)
        self.gate = GATES.add(gate, ignore_case=True)

    def over(self, text: str) -> Iterator[Match]:
        """Matches from left to right."""
        return self.ungated(text) if self.may_match(text) else iter(())

    def may_match(self, text: str) -> bool:
        """What the gate says; False is certain."""
        return self.gate in opened(text)

    def ungated(self, text: str) -> Iterator[Match]:
        """The same without asking the gate."""
        return cast(Iterator[Match], self._compiled.finditer(text))


class ShopRecognizer(EntityRecognizer):
    """A recognizer that needs the text alone."""

    entities: tuple[str, ...] = ()
    gates: frozenset[int] | None = None
    """Where none of these is open there is nothing to find; None: it is to be asked always."""

    def __init__(self) -> None:
        super().__init__(supported_entities=list(self.entities), supported_language=LANGUAGE)

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Presidio's entry; ``nlp_artifacts`` is not looked at."""
        return list(self.find(text))

    def spans(self, text: str) -> Iterator[Span]:
        """What `find` finds, as spans."""
        for one in self.find(text):
            yield Span(one.start, one.end, one.entity_type, float(one.score), type(self).__name__)

    @abstractmethod
    def find(self, text: str) -> Iterable[RecognizerResult]:
        """Personal data of ``entities`` in the text."""

    def hit(self, start: int, end: int, entity: str, score: float) -> RecognizerResult:
        """One result of this recognizer's."""
        return RecognizerResult(entity, start, end, score)


def gates_of(*expressions: Expression | Shape) -> frozenset[int] | None:
    """The gates of all that a recognizer searches with; None where one has no gate."""
    gates = [one.gate for one in expressions]
    return None if None in gates else frozenset(gate for gate in gates if gate is not None)
