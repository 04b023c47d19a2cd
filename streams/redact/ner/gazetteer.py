"""What word lists know of a word, as one short class: the model's strongest feature, and the same in every language."""

import gzip
from functools import cache
from pathlib import Path

from streams.redact.detect.words.cues import cues
from streams.redact.detect.words.fold import fold
from streams.redact.detect.words.lexicon import lexicon

TOWNS_FILE = Path(__file__).parent / "towns.txt.gz"
_MIN_STEM, _MIN_TAIL = 4, 5
# Letters that inflection adds or changes at a word's end.
_MAX_ENDING = 3


@cache
def towns() -> frozenset[str]:
    """Folded words of the names of towns with 5,000 people or more; NOTICE.md names the source."""
    return frozenset(gzip.decompress(TOWNS_FILE.read_bytes()).decode().split())


@cache
def _lists() -> tuple[tuple[str, frozenset[str]], ...]:
    words, hints = lexicon(), cues()
    return (
        ("F", words.forename),
        ("S", words.surname),
        ("C", words.common | hints.words),
        ("T", towns()),
        ("H", hints.honorifics),
        ("G", hints.closings),
        ("O", hints.openings),
        ("R", hints.roles | hints.kin),
        ("L", hints.leads),
        ("P", hints.products),
        ("N", hints.own_numbers | hints.phone_words),
    )


def word_class(word: str) -> str:
    """Letters for the lists that hold the word, `-` for none, `#` for what is no word.

    Small letters: the word is a form of what a list holds (`f` of a name, `c` of a common word, `p` of a product), or
    ends in a common word as compounds do (`k`).
    """
    folded = fold(word)
    if not folded.isalpha():
        return "#"
    return "".join(letter for letter, listed in _lists() if folded in listed) or _form(folded) or "-"


def _form(folded: str) -> str:
    words, hints = lexicon(), cues()
    stems = [folded[:-cut] for cut in range(1, _MAX_ENDING + 1) if len(folded) - cut >= _MIN_STEM]
    found = ""
    if any(stem in words.forename or stem in words.surname for stem in stems[:2]):
        found += "f"
    if any(stem in words.common for stem in stems):
        found += "c"
    if any(stem in hints.products for stem in stems[:2]) or folded.endswith(hints.product_endings):
        found += "p"
    if any(folded[at:] in words.common for at in range(3, len(folded) - _MIN_TAIL + 1)):
        found += "k"
    return found
