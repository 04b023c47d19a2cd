"""Names of people without a model: name lists, the words around, the shapes of names, weighed.

A run is what stands between other words: `Kunde Anouk van der Meulen bittet` holds the run `Kunde Anouk van der
Meulen`.
Words that announce a name are peeled off its front and count as evidence; what is left is weighed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from presidio_analyzer import RecognizerResult

from streams.redact.detect.cues import cues
from streams.redact.detect.scan import COVER, Expression, ShopRecognizer
from streams.redact.detect.tokens import Word, language, words

THRESHOLD = 2.0
_CERTAIN = 5.0
_MAX_NAME_WORDS = 6
# Two letters are a name less often than a verb at the beginning of a sentence.
_SHORT = 3
# Between the words of one name: a space, or nothing behind an initial's dot.
_JOINS = frozenset({" ", "\u00a0", "", "  ", "\n"})
# Between a title and a name.
_AFTER_TITLE = frozenset({" ", ". ", ".", "\u00a0", ".\u00a0"})
# What stands behind these tells nothing of what stands before.
_APART = frozenset({"!", "?", "\n", COVER})
_SENTENCE_END = frozenset(".!?:;•…\n")
_TOWN = Expression(
    r"""
        (?: \s?[,–-]\s | \s(?:uit|aus|from|de|da|z|ze|från|fra|te|en|in|di|à)\s | ,?\s\( ) (?P<town>
        \p{Lu}[\p{L}'’.-]+ (?:[\s-]\p{Lu}[\p{L}'’.-]+){0,2} ) (?= \)? \s* [.!]? \s* $ )
    """,
    ignore_case=False,
)


@dataclass(frozen=True, slots=True, repr=False)
class _Run:
    """Consecutive capitalised words (particles between them). ``cue``: evidence from the words before."""

    name: tuple[Word, ...]
    cue: float
    fresh: bool  # the run begins its sentence: its first capital says nothing
    product: bool
    last: bool  # nothing but closing punctuation follows
    alone: bool  # a segment of its own: punctuation or an edge on both sides


class NameRecognizer(ShopRecognizer):
    """People, and the town that a reviewer signs with."""

    entities = ("person", "city")

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """Product names that look like people's stay where a product's noun stands before them."""
        found = words(text)
        if not found:
            return
        german = language(found) == "de"
        for run in _runs(text, found):
            weight = _weigh(run, german=german)
            if weight < THRESHOLD:
                continue
            end = run.name[-1].end
            yield self.hit(run.name[0].start, end, "person", min(0.99, 0.5 + weight / (2 * _CERTAIN)))
            town = _TOWN.at(text, end)
            if town:
                yield self.hit(town.start("town"), town.end("town"), "city", 0.6)
        for word in _small(found):
            yield self.hit(word.start, word.end, "person", 0.6)


def _small(found: Sequence[Word]) -> Iterator[Word]:
    """Names in small letters, where their place gives them away: `groetjes anouk`, `bei frau schmidt`."""
    for before, word in pairwise(found):
        if word.capital or word.common or word.product or _is_cue(word):
            continue
        signed = word is found[-1] and word.forename and before.folded in cues().closings
        titled = word.gap in _AFTER_TITLE and len(before.text) >= _SHORT and _is_title(before)
        if signed or (titled and (word.surname or word.forename)):
            yield word


def _runs(text: str, found: Sequence[Word]) -> Iterator[_Run]:
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


def _split(text: str, found: Sequence[Word], start: int, stop: int) -> Iterator[_Run]:
    """Cut a run where a word is no part of a name; each piece with the words before it as its cue."""
    at = start
    while at < stop:
        word = found[at]
        titled = (
            at > 0
            and word.capital
            and word.gap in _AFTER_TITLE
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
    return after.capital and not (after.common or after.product or _is_cue(after))


def _announced(found: Sequence[Word], at: int) -> bool:
    """A particle opens a name only behind a title or a role (`mevr. van der Meulen`); elsewhere it is a preposition."""
    ahead = at
    while ahead and found[ahead].particle and not found[ahead].capital:
        ahead -= 1
    return _is_title(found[ahead]) or found[ahead].initial


def _barrier(word: Word) -> bool:
    """Never part of a name here: a cue, a product's noun, a common word that is in no list of names."""
    if word.initial or word.noble:
        return False
    if word.particle:
        return False
    if _is_cue(word) or word.product or word.contraction:
        return True
    return word.common and not (word.forename and word.folded not in cues().words)


def _is_title(word: Word) -> bool:
    return word.folded.rstrip(".") in cues().honorifics and (
        word.capital or word.text.endswith(".") or len(word.text) > 2
    )


def _is_cue(word: Word) -> bool:
    known = cues()
    bare = word.folded.rstrip("./")
    return (
        bare in known.honorifics
        or bare in known.roles
        or bare in known.closings
        or bare in known.kin
        or bare in known.openings
    )


def _run(text: str, found: Sequence[Word], at: int, end: int) -> _Run:
    before = found[at - 1] if at else None
    gap = found[at].gap
    after = text[found[end - 1].end : found[end].start] if end < len(found) else text[found[end - 1].end :]
    fresh = before is None or any(mark in gap for mark in _SENTENCE_END)
    closed = end == len(found) or any(mark in after for mark in ".,!?;)<>–\n" + COVER) or after.startswith(" - ")
    return _Run(
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
        and not _is_cue(found[at - 1])
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


def _weigh(run: _Run, *, german: bool) -> float:
    """Above THRESHOLD it is a person. Weights were set on the shop's labelled texts."""
    name = run.name
    core = [word for word in name if not word.particle or word.capital]
    if len(core) > _MAX_NAME_WORDS or all(word.particle or word.initial for word in name):
        return 0.0
    if all(word.text.isupper() and len(word.text) > 1 for word in core) and not any(word.forename for word in core):
        return 0.0 if run.cue < 2.5 else run.cue
    weight = run.cue
    for position, word in enumerate(core):
        weight += _word_weight(
            word, fresh=run.fresh and position == 0, german=german, bare=not position and run.cue <= 0
        )
    solid = [word for word in core if not word.common and not word.particle]
    if len(core) > 1 and solid:
        weight += 0.5
    if any(word.noble for word in core) or (len(name) > len(core) and len(core) > 1):
        weight += 1.0
    if run.alone and run.last and len(solid) > 1 and len(core) <= 4:
        weight += 1.5
    if run.product and run.cue < 2.0:
        weight -= 5.0
    return weight


def _word_weight(word: Word, *, fresh: bool, german: bool, bare: bool) -> float:
    """`fresh`: begins its sentence. `bare`: the name's first word, nothing before it announces a name."""
    if word.initial:
        return 0.3
    if word.particle:
        return 0.2
    if word.forename:
        return (1.0 if bare else 0.7) if word.common or len(word.text) < _SHORT else 2.0
    if word.common:
        return 0.3 if word.surname and not bare else -0.8
    if word.surname:
        return 0.3 if bare and german else 1.0
    if fresh or german:
        return 0.2
    return 0.6
