"""Names of people without a model: name lists, the words around, the shapes of names, weighed."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from presidio_analyzer import RecognizerResult

from streams.redact.detect.cues import cues
from streams.redact.detect.languages import languages
from streams.redact.detect.runs import AFTER_TITLE, Run, is_cue, is_title, runs
from streams.redact.detect.scan import Expression, ShopRecognizer
from streams.redact.detect.tokens import Word, words

THRESHOLD = 2.0
_CERTAIN = 5.0
# Evidence of the words before: what nothing announces is left to the model.
_ANNOUNCED = 2.0
_MAX_NAME_WORDS = 6
# Two letters are a name less often than a verb at the beginning of a sentence.
_SHORT = 3
_TOWN = Expression(
    r"""
        (?: \s?[,–-]\s | \s(?:uit|aus|from|de|da|z|ze|från|fra|te|en|in|di|à)\s | ,?\s\( ) (?P<town>
        \p{Lu}[\p{L}'’.-]+ (?:[\s-]\p{Lu}[\p{L}'’.-]+){0,2} ) (?= \)? \s* [.!]? \s* $ )
    """,
    ignore_case=False,
)


class NameRecognizer(ShopRecognizer):
    """People, and the town that a reviewer signs with."""

    entities = ("person", "city")

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """Product names that look like people's stay where a product's noun stands before them."""
        found = words(text)
        if not found:
            return
        german = languages(text)[:1] == ("de",)
        for run in runs(text, found):
            weight = _weigh(run, german=german)
            if weight < THRESHOLD or run.cue < _ANNOUNCED:
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
        if word.capital or word.common or word.product or is_cue(word):
            continue
        signed = word is found[-1] and word.forename and before.folded in cues().closings
        titled = word.gap in AFTER_TITLE and len(before.text) >= _SHORT and is_title(before)
        if signed or (titled and (word.surname or word.forename)):
            yield word


def _weigh(run: Run, *, german: bool) -> float:
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
