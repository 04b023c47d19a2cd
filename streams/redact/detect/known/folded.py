"""Folded views of a text for comparing values: words parted by spaces, or letters and digits alone."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from streams.redact.detect.words.fold import fold

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, repr=False)
class Folded:
    """``text`` holds the folded words of a text, word ``i`` from ``offsets[i]``; ``words`` are their borders there."""

    text: str
    offsets: tuple[int, ...]
    words: tuple[tuple[int, int], ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the folded characters start..end (end excluded, not empty) stand in the text."""
        return self._at(start), self._at(end - 1) + 1

    def _at(self, position: int) -> int:
        index = bisect_right(self.offsets, position) - 1
        start, end = self.words[index]
        # Letters that fold to two shift what follows in their word: never beyond its end.
        return min(start + max(position - self.offsets[index], 0), end - 1)


def words_view(text: str) -> Folded:
    """Words parted by single spaces, one space at each end: a pattern ` word ` matches whole words only."""
    return _view(text, " ")


def tight_view(text: str) -> Folded:
    """Letters and digits only, for numbers that people group as they like."""
    return _view(text, "")


def tightened(view: Folded) -> Folded:
    """The tight view of the text of a view of words."""
    ends = (*(offset - 1 for offset in view.offsets[1:]), len(view.text) - 1)
    folded = [view.text[start:end] for start, end in zip(view.offsets, ends, strict=True)] if view.words else []
    return Folded("".join(folded), (0, *accumulate(map(len, folded[:-1]))) if folded else (), view.words)


def _view(text: str, gap: str) -> Folded:
    words = tuple((match.start(), match.end()) for match in _WORD.finditer(text))
    # ASCII folds to as many characters: all at once is quicker.
    whole = text.lower() if text.isascii() else None
    folded = [whole[start:end] if whole is not None else fold(text[start:end]) for start, end in words]
    offsets, at = [], len(gap)
    for word in folded:
        offsets.append(at)
        at += len(word) + len(gap)
    return Folded(gap + gap.join(folded) + gap, tuple(offsets), words)
