"""The strict profile: in a language that is not known here every capitalised word is masked, but for common ones."""

import re

from streams.redact.detect.cues import cues
from streams.redact.detect.fold import fold
from streams.redact.detect.languages import supported
from streams.redact.detect.lexicon import lexicon
from streams.redact.detect.spans import Span

ENTITY = "unknown"
DETECTOR = "StrictProfile"
_SCORE = 0.3
_WORDS = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")


def unknown_words(text: str, language: str | None) -> tuple[Span, ...]:
    """Spans to mask; none where the language is known."""
    if supported(text, language):
        return ()
    return tuple(
        Span(match.start(), match.end(), ENTITY, _SCORE, DETECTOR)
        for match in _WORDS.finditer(text)
        if _may_name(match.group())
    )


def _may_name(word: str) -> bool:
    """Written as a name is, or in a script without capitals; single letters and words of the shop's are not."""
    if not (word[0].isupper() or not (word[0].islower() or word[0].isupper())):
        return False
    folded = fold(word)
    return len(word) > 1 and folded not in lexicon().common and folded not in cues().words
