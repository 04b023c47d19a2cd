"""A value as words, with what each word looks like."""

from dataclasses import dataclass
from functools import lru_cache

import regex

from streams.redact.detect.words.cues import cues
from streams.redact.detect.words.fold import fold
from streams.redact.detect.words.lexicon import lexicon

# A word keeps its inner apostrophes and hyphens, and an abbreviation's dot: O'Sullivan, Müller-Lüdenscheidt, J., Dr.
_WORD = regex.compile(
    r"['’]t(?=\s\p{Lu})|\p{L}(?:\p{L}|\p{M}|['’`´-](?!s\b)(?=\p{L}))*(?:/(?!\p{L})|(?<=\b\p{Lu})\.)?", regex.VERSION0
)
_PARTICLES = """
van von vom zu zum zur der den de di da do du dos das del della dell degli dei des d la le les los las lo l el al ul
bin ibn
ben abu ter ten te t 't 's het op aan af mac mc o' ni nic ui y e i et und och st san santa saint abd
"""
PARTICLES = frozenset(_PARTICLES.split())


@dataclass(frozen=True, slots=True, repr=False)
class Word:
    """One word."""

    text: str

    @property
    def folded(self) -> str:
        """In lower case without accents."""
        return fold(self.text).replace("’", "'")

    @property
    def capital(self) -> bool:
        """Begins as a name does: `Anna`, `d'Angelo`, `'t`."""
        return self.text[0].isupper() or (len(self.text) > 2 and self.text[1] in "'’" and self.text[2].isupper())

    @property
    def particle(self) -> bool:
        """`van`, `De`, `El`: part of a name when a name follows."""
        return self.folded in PARTICLES

    @property
    def common(self) -> bool:
        """Has another meaning: a common word, or one of the shop's."""
        return _common(self.folded.rstrip("."))


@lru_cache(maxsize=8192)
def _common(folded: str) -> bool:
    known = cues()
    listed = (known.words, lexicon().common, known.closings, known.openings, known.phone_words, known.own_numbers)
    if any(folded in words for words in listed):
        return True
    return "-" in folded and all(_common(part) for part in folded.split("-") if part)


def words(value: str) -> list[Word]:
    """The words of a value in order; `value`: some words long."""
    return [Word(found) for found in _WORD.findall(value)]
