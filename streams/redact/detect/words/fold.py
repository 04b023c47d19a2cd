"""Folding: what makes `Müller-Lüdenscheidt`, `MULLER LUDENSCHEIDT` and `muller  ludenscheidt` one string.

Case, accents and compatibility forms go.
"""

import unicodedata
from functools import lru_cache

# Letters that Unicode does not decompose, by their usual base letter.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ß": "ss"})
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


def tight(text: str) -> str:
    """The letters and digits of a text, folded."""
    return "".join(letter for letter in fold(text) if letter.isalnum())
