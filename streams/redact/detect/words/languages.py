"""Which languages a text is in: by its small words, and by py3langid where they do not tell."""

import re
from functools import cache, lru_cache

from py3langid.langid import LanguageIdentifier

from streams.redact.detect.words.cues import cues
from streams.redact.detect.words.fold import fold
from streams.redact.detect.words.lexicon import lexicon

_WORD = re.compile(r"[^\W\d_]+")
# Some letters more than a name: a shorter text is in no language.
_MIN_LETTERS = 20
# So many small words of one language settle it.
_ENOUGH = 3
# So many of a text's words among the frequent ones of the nine languages settle it as well. Languages near to them
# share up to two in three (Afrikaans .64, Norwegian .56 in a test of 18 languages).
_MOSTLY = 0.75
# Log probability by which a foreign language must be ahead of all that are supported, for each word.
_AHEAD = 3.0


@lru_cache(maxsize=4)
def folded_words(text: str) -> tuple[str, ...]:
    """The words of a text, folded, in order; several ask for the same text's."""
    return tuple(_WORD.findall(fold(text)))


@lru_cache(maxsize=4)
def languages(text: str) -> tuple[str, ...]:
    """Every language with at least half as many small words as the best, best first; none where there are none."""
    seen = frozenset(folded_words(text))
    counts = {name: len(seen & small) for name, small in cues().languages.items()}
    top = max(counts.values())
    if not top:
        return ()
    return tuple(sorted((name for name in counts if 2 * counts[name] >= top), key=lambda name: -counts[name]))


def regions(text: str, language: str | None, country: str | None) -> tuple[str, ...]:
    """Whose phone numbers to expect (ISO 3166-1): the record's country, then where the text's languages are spoken."""
    spoken = (language,) if language else languages(text)[:2]
    near = (country.upper(),) if country else ()
    return tuple(dict.fromkeys((*near, *(region for one in spoken for region in cues().regions.get(one, ())))))


def supported(text: str, language: str | None) -> bool:
    """Whether the language is known here. `language`: as the source says. A text too short to tell counts as known."""
    if language is not None:
        return language.lower().split("-")[0] in cues().languages
    words = folded_words(text)
    listed = frozenset[str]().union(*(cues().languages[name] for name in languages(text)[:1]))
    small = sum(word in listed for word in words)
    if small >= _ENOUGH or sum(map(len, words)) < _MIN_LETTERS:
        return True
    if _usual(text):
        return True
    ranked: list[tuple[str, float]] = _identifier().rank(text)
    best = max(score for name, score in ranked if name in cues().languages)
    return ranked[0][1] - best < _AHEAD * len(words)


def _usual(text: str) -> bool:
    """Whether the words in small letters, which are no names, are frequent ones of the nine languages."""
    small = [fold(word) for word in _WORD.findall(text) if word.islower()]
    return len(small) >= _ENOUGH and sum(word in lexicon().common for word in small) >= _MOSTLY * len(small)


def likeliest(text: str) -> str | None:
    """The language that py3langid takes the text for, among those known here; None for a text without letters."""
    if not _WORD.search(text):
        return None
    ranked: list[tuple[str, float]] = _identifier().rank(text)
    return max(((score, name) for name, score in ranked if name in cues().languages), default=(0.0, None))[1]


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE  # noqa: PLC0415  # read when a text first needs it

    return LanguageIdentifier.from_model_file(MODEL_FILE)
