"""The strict profile: in a language that is not known here every capitalised word is masked, but for common ones."""

import re
from collections.abc import Iterable, Iterator, Sequence

from streams.redact.detect.spans import Span
from streams.redact.detect.words.cues import cues
from streams.redact.detect.words.fold import fold
from streams.redact.detect.words.languages import supported
from streams.redact.detect.words.lexicon import lexicon

ENTITY = "unknown"
DETECTOR = "StrictProfile"
_SCORE = 0.3
_WORDS = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")


def unknown_words(text: str, language: str | None, spans: Sequence[Span] = ()) -> tuple[Span, ...]:
    """What to mask beside `spans`, which are in order and disjoint; nothing where the language is known."""
    # Telling the language costs more than telling that nothing hangs on it.
    strange = [match.span() for match in _WORDS.finditer(text) if _may_name(match.group())]
    strange = list(_outside(strange, spans))
    if not strange or supported(text, language):
        return ()
    return tuple(Span(start, end, ENTITY, _SCORE, DETECTOR) for start, end in strange)


def _outside(places: Iterable[tuple[int, int]], spans: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Places that no span covers whole."""
    waiting = iter(spans)
    span = next(waiting, None)
    for start, end in places:
        while span and span.end <= start:
            span = next(waiting, None)
        if not (span and span.start <= start and end <= span.end):
            yield start, end


def _may_name(word: str) -> bool:
    """Written as a name is, or in a script without capitals; single letters and words of the shop's are not."""
    if not (word[0].isupper() or not (word[0].islower() or word[0].isupper())):
        return False
    folded = fold(word)
    return len(word) > 1 and folded not in lexicon().common and folded not in cues().words
