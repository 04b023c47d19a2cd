"""A text as words, with what each word looks like."""

from dataclasses import dataclass
from functools import lru_cache

from streams.redact.detect.cues import cues
from streams.redact.detect.fold import fold
from streams.redact.detect.lexicon import lexicon
from streams.redact.detect.scan import Expression

# A word keeps its inner apostrophes and hyphens, and an abbreviation's dot: O'Sullivan, Müller-Lüdenscheidt, J., Dr.
_WORD = Expression(
    r"['’]t (?=\s\p{Lu}) | \p{L} (?: \p{L} | \p{M} | ['’`´-](?!s\b)(?=\p{L}) )* (?: / (?!\p{L}) | (?<=\b\p{Lu}) \. )? ",
    ignore_case=False,
)
_PARTICLES = """
van von vom zu zum zur der den de di da do du dos das del della dell degli dei des d la le les los las lo l el al ul
bin ibn
ben abu ter ten te t 't 's het op aan af mac mc o' ni nic ui y e i et und och st san santa saint abd
"""
PARTICLES = frozenset(_PARTICLES.split())
_NOBLE_SHAPES = ("o'", "d'", "l'", "n'", "dell'", "m'")


@dataclass(frozen=True, slots=True, repr=False)
class Word:
    """One word of a text. ``gap``: the characters between the word before and this one."""

    text: str
    start: int
    end: int
    gap: str
    folded: str

    @property
    def capital(self) -> bool:
        """Begins as a name does: `Anna`, `d'Angelo`, `'t`."""
        return self.text[0].isupper() or (len(self.text) > 2 and self.text[1] in "'’" and self.text[2].isupper())

    @property
    def initial(self) -> bool:
        """`J` or `J.`"""
        return len(self.text.rstrip(".")) == 1 and self.text[0].isupper()

    @property
    def particle(self) -> bool:
        """`van`, `De`, `El`: part of a name when a name follows."""
        return self.folded in PARTICLES

    @property
    def noble(self) -> bool:
        """`O'Sullivan`, `D'Angelo`, `N'Diaye`: the shape alone says name."""
        return self.folded.startswith(_NOBLE_SHAPES) and self.text[0].isupper() and self.text[2:3].isupper()

    @property
    def parts(self) -> list[str]:
        """The folded word and the parts that hyphens and apostrophes make."""
        whole = self.folded.rstrip(".")
        return [part for part in whole.replace("'", "-").split("-") if part] or [whole]

    @property
    def forename(self) -> bool:
        """In the lists of given names."""
        return all(part in lexicon().forename for part in self.parts)

    @property
    def surname(self) -> bool:
        """In the lists of family names."""
        return any(part in lexicon().surname for part in self.parts)

    @property
    def common(self) -> bool:
        """Has another meaning: a common word, or one of the shop's."""
        return _common(self.folded.rstrip("."))

    @property
    def product(self) -> bool:
        """A thing that the shop sells, alone or as the end of a compound."""
        if self.folded in cues().products:
            return True
        return _compound(self.folded) and not (self.capital and (self.forename or self.surname))

    @property
    def contraction(self) -> bool:
        """`I'm`, `C'est`, `J'ai`: a small letter behind the apostrophe."""
        head, mark, tail = self.folded.partition("'")
        return bool(mark and head and tail) and self.text[len(head) + 1 : len(head) + 2].islower()


@lru_cache(maxsize=8192)
def _common(folded: str) -> bool:
    known = cues()
    if folded in known.words or folded in lexicon().common:
        return True
    if (
        folded in known.closings
        or folded in known.openings
        or folded in known.phone_words
        or folded in known.own_numbers
    ):
        return True
    return "-" in folded and all(_common(part) for part in folded.split("-") if part)


@lru_cache(maxsize=8192)
def _compound(folded: str) -> bool:
    return any(folded.endswith(end) and len(folded) > len(end) + 2 for end in cues().product_endings)


def words(text: str) -> list[Word]:
    """The words of a text in order."""
    found: list[Word] = []
    last = 0
    for match in _WORD.over(text):
        raw = match.group()
        if raw.isupper() and _of_code(text, match.start(), match.end()):
            continue
        found.append(Word(raw, match.start(), match.end(), text[last : match.start()], fold(raw).replace("’", "'")))
        last = match.end()
    return found


def _of_code(text: str, start: int, end: int) -> bool:
    """Capitals that a hyphen ties to a digit are part of a code: `KK-PEN` and `M` of `KK-PEN-07-M`."""
    behind, before = text[end : end + 2], text[max(0, start - 2) : start]
    return (behind[:1] == "-" and behind[1:].isdigit()) or (before[1:] == "-" and before[:1].isdigit())
