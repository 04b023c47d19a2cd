"""A text as the model's words, with what tells each apart: the same words that spaCy gets while it is trained."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from streams.redact.ner.gazetteer import word_class

_WORD = re.compile(r"[^\W_]+|[^\w\s]|_|\s+")


@dataclass(frozen=True, slots=True, repr=False)
class Words:
    """The words of one text and where each begins, in characters. One space between two of them is no word."""

    text: str
    words: tuple[str, ...]
    starts: tuple[int, ...]

    def end(self, at: int) -> int:
        """Where word `at` ends."""
        return self.starts[at] + len(self.words[at])


def words_of(text: str) -> Words:
    """Parted at everything that is no letter or digit, hyphens and apostrophes included; white space is kept."""
    words: list[str] = []
    starts: list[int] = []
    at = 0
    for word in _WORD.findall(text):  # it matches every character, so that one begins where the last one ends
        if word != " " or not at:
            words.append(word)
            starts.append(at)
        at += len(word)
    return Words(text, tuple(words), tuple(starts))


def parts(text: str) -> Iterator[tuple[str, bool]]:
    """The same words, each with whether one space follows it."""
    words = words_of(text)
    for at, word in enumerate(words.words):
        end = words.end(at)
        following = words.starts[at + 1] if at + 1 < len(words.words) else len(text)
        yield word, following == end + 1


@lru_cache(maxsize=32_768)
def classes(word: str) -> frozenset[str]:
    """The gazetteer's classes of a word."""
    return frozenset(word_class(word))
