"""Folding: what makes `Müller-Lüdenscheidt`, `MULLER LUDENSCHEIDT` and `muller  ludenscheidt` one string.

Case, accents, compatibility forms and punctuation go; the positions of what stays are kept, so that a match in the
folded text gives the span of the original.
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Letters that Unicode does not decompose, by their usual base letter.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ß": "ss"})
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")
_TWO_LETTERS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("å", "aa"), ("ø", "oe"))


@lru_cache(maxsize=4096)
def fold_letter(letter: str) -> str:
    """One character in lower case without accents; empty for combining marks and format characters."""
    plain = unicodedata.normalize("NFKD", letter.casefold().translate(_LETTERS))
    return "".join(part for part in plain if not unicodedata.combining(part) and unicodedata.category(part) != "Cf")


def fold(text: str) -> str:
    """Lower case, no accents; punctuation and spaces untouched."""
    return text.lower() if text.isascii() else "".join(map(fold_letter, text))


def spellings(text: str) -> frozenset[str]:
    """The ways a name is written where umlauts cannot be typed: `Jürgen` is `jurgen` and `juergen`."""
    lower = unicodedata.normalize("NFC", text).casefold()
    for letter, pair in _TWO_LETTERS:
        lower = lower.replace(letter, pair)
    return frozenset({fold(text), fold(lower)})


@dataclass(frozen=True, slots=True, repr=False)
class Folded:
    """A folded view of a text: ``text[i]`` came from the original's ``starts[i]``..``ends[i]``."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Span in the original of the folded characters start..end (end excluded, never empty)."""
        return self.starts[start], self.ends[end - 1]


def words_view(text: str) -> Folded:
    """Words parted by single spaces, one space at each end: a pattern ` word ` matches whole words only."""
    letters, starts, ends = [" "], [0], [0]
    for start, end, piece in _pieces(text):
        for letter in "".join(map(fold_letter, piece)):
            if letter.isalnum():
                letters.append(letter)
            elif letters[-1] != " ":
                letters.append(" ")
            else:
                continue
            starts.append(start)
            ends.append(end)
    if letters[-1] != " ":
        letters.append(" ")
        starts.append(len(text))
        ends.append(len(text))
    return Folded("".join(letters), tuple(starts), tuple(ends))


def tight_view(text: str) -> Folded:
    """Letters and digits only, for numbers that people group as they like."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, piece in _pieces(text):
        for letter in "".join(map(fold_letter, piece)):
            if letter.isalnum():
                letters.append(letter)
                starts.append(start)
                ends.append(end)
    return Folded("".join(letters), tuple(starts), tuple(ends))


def tight(text: str) -> str:
    """The letters and digits of a text, folded."""
    return "".join(letter for letter in fold(text) if letter.isalnum())


def _pieces(text: str) -> list[tuple[int, int, str]]:
    """Characters with their positions; an HTML entity counts as the character it stands for."""
    if "&" not in text:
        return [(at, at + 1, letter) for at, letter in enumerate(text)]
    pieces: list[tuple[int, int, str]] = []
    at = 0
    for entity in _ENTITY.finditer(text):
        pieces.extend((here, here + 1, text[here]) for here in range(at, entity.start()))
        pieces.append((entity.start(), entity.end(), html.unescape(entity.group())))
        at = entity.end()
    pieces.extend((here, here + 1, text[here]) for here in range(at, len(text)))
    return pieces
