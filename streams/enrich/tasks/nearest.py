"""Which examples a prompt shows: those most like the text at hand, the nearest last.

A small model answers a question about a text it has just seen the like of, and guesses otherwise; a large one loses
nothing. Likeness is the cosine of tf-idf vectors over words and their letter n-grams. J. Liu et al., "What Makes Good
In-Context Examples for GPT-3?" (2022). Pure.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

_WORD = re.compile(r"\w+")
_GRAMS = (3, 4, 5)
# A text that is cut at its 60th word is still about the same.
_MAX_WORDS = 60

Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Example:
    """A text with the answer that is right for it."""

    text: str
    label: str


class Bank:
    """Examples to choose from."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self.examples = tuple(examples)
        grams = [_grams(one.text) for one in self.examples]
        self._seen_in = Counter(gram for found in grams for gram in found)
        self._vectors = [self._vector(found) for found in grams]

    def nearest(self, text: str, count: int) -> tuple[Example, ...]:
        """The `count` examples most like the text, the most like last; equal ones in the bank's order."""
        own = self._vector(_grams(text))
        likeness = [sum(weight * other.get(gram, 0.0) for gram, weight in own.items()) for other in self._vectors]
        ranked = sorted(range(len(self.examples)), key=lambda at: -likeness[at])[:count]
        return tuple(self.examples[at] for at in reversed(ranked))

    def longest(self, count: int) -> tuple[Example, ...]:
        """The `count` longest examples: no choice is longer."""
        return tuple(sorted(self.examples, key=lambda one: -len(one.text) - len(one.label))[:count])

    def _vector(self, grams: Counter[str]) -> Vector:
        rarity = {gram: math.log((1 + len(self.examples)) / (1 + self._seen_in[gram])) for gram in grams}
        found = {gram: (1 + math.log(times)) * rarity[gram] for gram, times in grams.items()}
        length = math.sqrt(sum(weight * weight for weight in found.values())) or 1.0
        return {gram: weight / length for gram, weight in found.items()}


def read_bank(path: Path) -> Bank:
    """A bank from YAML: label -> texts."""
    listed: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Bank(Example(text, label) for label, texts in listed.items() for text in texts)


def _grams(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in _WORD.findall(text.casefold())[:_MAX_WORDS]:
        # A whole word tells more than its parts.
        found[f"={word}"] += 2
        edged = f"<{word}>"
        found.update(edged[at : at + size] for size in _GRAMS for at in range(len(edged) - size + 1))
    return found
