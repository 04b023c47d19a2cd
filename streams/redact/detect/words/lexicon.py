"""Names and common words: lexicon.txt.gz in memory. NOTICE.md names the sources."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LEXICON_FILE = Path(__file__).parent / "lexicon.txt.gz"
# The most frequent words of nine languages: a file of its own, since it keeps its licence.
FREQUENT_FILE = Path(__file__).parent / "frequent.txt.gz"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Folded single words. A word may be in more than one set: `Rose` is a name and a flower."""

    forename: frozenset[str]
    surname: frozenset[str]
    common: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """Both files, read once: some 105,000 words."""
    known = listed()
    frequent = gzip.decompress(FREQUENT_FILE.read_bytes()).decode().split()
    return Lexicon(known.forename, known.surname, known.common.union(frequent))


def listed() -> Lexicon:
    """What lexicon.txt.gz alone holds."""
    lines = gzip.decompress(LEXICON_FILE.read_bytes()).decode().splitlines()
    sets = {kind: frozenset(words.split(" ")) for kind, words in (line.split(" ", 1) for line in lines)}
    return Lexicon(sets["forename"], sets["surname"], sets["common"])
