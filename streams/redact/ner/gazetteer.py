"""What word lists know of a word, as one short class: the model's strongest feature, and the same in every language."""

from functools import cache
from pathlib import Path

import gzip

from streams.redact.detect.cues import cues
from streams.redact.detect.fold import fold
from streams.redact.detect.lexicon import lexicon

TOWNS_FILE = Path(__file__).parent / "towns.txt.gz"


@cache
def towns() -> frozenset[str]:
    """Folded words of the names of towns with 5,000 people or more; NOTICE.md names the source."""
    return frozenset(gzip.decompress(TOWNS_FILE.read_bytes()).decode().split())


@cache
def _sets() -> tuple[tuple[str, frozenset[str]], ...]:
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
    """Letters for the lists that hold the word, `-` for none, `#` for what is no word."""
    folded = fold(word)
    if not folded.isalpha():
        return "#"
    found = "".join(letter for letter, listed in _sets() if folded in listed)
    if "P" not in found and len(folded) > 5 and folded.endswith(cues().product_endings):
        found += "E"
    return found or "-"
