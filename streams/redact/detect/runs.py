"""Runs of words that may be a name, and the evidence that the words before them give.

`Kunde Anouk van der Meulen bittet` holds the run `Kunde Anouk van der Meulen`; words that announce a name are peeled
off its front and count as evidence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from streams.redact.detect.cues import cues
from streams.redact.detect.scan import COVER
from streams.redact.detect.tokens import Word

# Between the words of one name: a space, or nothing behind an initial's dot.
_JOINS = frozenset({" ", "\u00a0", "", "  ", "\n"})
# Between a title and a name.
AFTER_TITLE = frozenset({" ", ". ", ".", "\u00a0", ".\u00a0"})
# What stands behind these tells nothing of what stands before.
_APART = frozenset({"!", "?", "\n", COVER})
_SENTENCE_END = frozenset(".!?:;•…\n")


@dataclass(frozen=True, slots=True, repr=False)
class Run:
    """Consecutive capitalised words (particles between them). ``cue``: evidence from the words before."""

    name: tuple[Word, ...]
    cue: float
    fresh: bool  # the run begins its sentence: its first capital says nothing
    product: bool
    last: bool  # nothing but closing punctuation follows
    alone: bool  # a segment of its own: punctuation or an edge on both sides


def runs(text: str, found: Sequence[Word]) -> Iterator[Run]:
    """The runs of a text, left to right."""
    at = 0
    while at < len(found):
        if not (found[at].capital or _leads_in(found, at)):
            at += 1
            continue
        stop = at + 1
        while stop < len(found) and found[stop].gap in _JOINS and (found[stop].capital or _leads_in(found, stop)):
            stop += 1
        while stop > at + 1 and not found[stop - 1].capital:
            stop -= 1
        yield from _split(text, found, at, stop)
        at = stop


def _leads_in(found: Sequence[Word], at: int) -> bool:
    """A small particle that a capital follows, at most two particles later: `van der Meulen`."""
    for ahead in range(at, min(at + 3, len(found))):
        word = found[ahead]
        if ahead > at and word.gap not in _JOINS:
            return False
        if word.capital and ahead > at:
            return True
        if not word.particle:
            return False
    return False


def _split(text: str, found: Sequence[Word], start: int, stop: int) -> Iterator[Run]:
    """Cut a run where a word is no part of a name; each piece with the words before it as its cue."""
    at = start
    while at < stop:
        word = found[at]
        titled = (
            at > 0
            and word.capital
            and word.gap in AFTER_TITLE
            and word.folded not in cues().words
            and _announced(found, at - 1)
        )
        if (_barrier(word) and not titled and not _given_name(found, at, stop)) or (
            word.particle and not word.capital and not _announced(found, at)
        ):
            at += 1
            continue
        end = at + 1
        while end < stop and not (_barrier(found[end]) and not _family_name(found, at, end)):
            end += 1
        while end > at + 1 and found[end - 1].particle and not found[end - 1].capital:
            end -= 1
        yield _run(text, found, at, end)
        at = end


def _family_name(found: Sequence[Word], start: int, at: int) -> bool:
    """A common word that is a family name, too, behind a given name: `Ben Short`, `Álvaro Portero`."""
    before = found[at - 1]
    behind = before.capital or before.particle
    return found[at].surname and not found[at].product and behind and (before.forename or found[start].forename)


def _given_name(found: Sequence[Word], at: int, stop: int) -> bool:
    """A word of the shop's that is a given name, too, before what can only be a family name: `Domenica Punz`."""
    if at + 1 >= stop or not (found[at].capital and found[at].forename):
        return False
    after = found[at + 1]
    return after.capital and not (after.common or after.product or is_cue(after))


def _announced(found: Sequence[Word], at: int) -> bool:
    """A particle opens a name only behind a title or a role (`mevr. van der Meulen`); elsewhere it is a preposition."""
    ahead = at
    while ahead and found[ahead].particle and not found[ahead].capital:
        ahead -= 1
    return is_title(found[ahead]) or found[ahead].initial


def _barrier(word: Word) -> bool:
    """Never part of a name here: a cue, a product's noun, a common word that is in no list of names."""
    if word.initial or word.noble:
        return False
    if word.particle:
        return False
    if is_cue(word) or word.product or word.contraction:
        return True
    return word.common and not (word.forename and word.folded not in cues().words)


def is_title(word: Word) -> bool:
    """A title, written as one."""
    return word.folded.rstrip(".") in cues().honorifics and (
        word.capital or word.text.endswith(".") or len(word.text) > 2
    )


def is_cue(word: Word) -> bool:
    """Announces a name: a title, a role, kinship, a greeting."""
    known = cues()
    bare = word.folded.rstrip("./")
    return (
        bare in known.honorifics
        or bare in known.roles
        or bare in known.closings
        or bare in known.kin
        or bare in known.openings
    )


def _run(text: str, found: Sequence[Word], at: int, end: int) -> Run:
    before = found[at - 1] if at else None
    gap = found[at].gap
    after = text[found[end - 1].end : found[end].start] if end < len(found) else text[found[end - 1].end :]
    fresh = before is None or any(mark in gap for mark in _SENTENCE_END)
    closed = end == len(found) or any(mark in after for mark in ".,!?;)<>–\n" + COVER) or after.startswith(" - ")
    return Run(
        name=tuple(found[at:end]),
        cue=_cue(found, at),
        fresh=fresh and not _dotted_honorific(before, gap),
        product=_of_product(found, at, end),
        last=end == len(found) and not any(letter.isalnum() for letter in after),
        alone=closed and (before is None or gap not in _JOINS),
    )


def _dotted_honorific(before: Word | None, gap: str) -> bool:
    return before is not None and gap.strip() == "." and before.folded.rstrip(".") in cues().honorifics


def _of_product(found: Sequence[Word], at: int, end: int) -> bool:
    """A product's noun stands right before, or one capitalised word further (`Lampe Modell Marie`), or behind."""
    after = found[end] if end < len(found) else None
    if end - at == 1 and after and after.product and after.gap == " ":
        return True
    if at and found[at - 1].product and found[at].gap in _JOINS | {' "', " '", " „", " «", " “"}:
        return True
    return (
        at > 1
        and found[at - 2].product
        and found[at - 1].capital
        and not is_cue(found[at - 1])
        and found[at].gap in _JOINS
    )


def _cue(found: Sequence[Word], at: int) -> float:
    """Evidence from up to four words before; the strongest counts."""
    best = 0.0
    between = ""
    linked = at > 0 and found[at - 1].folded in cues().leads
    for back in range(1, min(5, at + 1)):
        word = found[at - back]
        between = found[at - back + 1].gap + between
        if any(mark in between for mark in _APART):
            return max(best, 3.0 if word.folded in cues().closings and back == 1 else 0.0)
        bare = word.folded.rstrip("./")
        if "." in between and not (back == 1 and bare in cues().honorifics | cues().leads | cues().roles):
            return best
        best = max(best, _evidence(word, bare, back, between, linked=linked))
        if word.capital or "," in between:
            return best
    return best


def _evidence(word: Word, bare: str, back: int, between: str, *, linked: bool) -> float:
    known = cues()
    if bare in known.honorifics and back == 1 and (len(bare) > 1 or word.capital):
        return 3.0
    if bare in known.closings and back <= 2:
        return 3.0 if "," in between or back == 1 else 1.0
    if bare in known.roles | known.kin and back <= 2:
        # One word further off it is as likely a thing: `Kunde wünscht Geschenkverpackung`.
        return 2.5 if back == 1 or ":" in between or linked else 1.3
    if back == 1 and bare in known.openings:
        return 2.0
    return 1.5 if back == 1 and bare in known.leads else 0.0
