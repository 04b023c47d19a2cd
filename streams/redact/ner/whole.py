"""What the model found, made whole, and left where it cannot be: a name that goes on, a product that bears one."""

import re

from streams.redact.detect.spans import Span
from streams.redact.detect.words.tokens import PARTICLES
from streams.redact.ner.gazetteer import word_class

_WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"
# A joint, then particles, then a word; an initial's dot may stand before.
_NEXT = re.compile(
    rf"(?P<joint>\.?[ \n]|-|['’])(?P<particles>(?:['’]?[^\W\d_]{{1,4}}['’]?[ ]){{0,3}})(?P<word>{_WORD})"
)
# The words right before and behind; quotes may stand around a product's name.
_BEFORE = re.compile(r"([^\W\d_]+)[ ][\"'„«“‘]?$")
_AFTER = re.compile(r"[\"'“»”’]?[ ]([^\W\d_]+)")
_OPENING = re.compile(r"(?:^|[;,:(])[ ]?([^\W\d_]+)[ ]$", re.MULTILINE)
_PRODUCT = frozenset("Pp")
_REACH, _MIN_TOWN = 40, 3
_MAX_WORDS = 5
_MIN_LETTERS = 2
# Classes that speak for a word of the language; a name by the lists is one all the same.
_WORDS, _NAMES = frozenset("CHGORLPNckp"), frozenset("FS")


def whole(span: Span, text: str) -> Span:
    """The span with what follows of the same name."""
    end, shouted = span.end, text.isupper()
    for _ in range(_MAX_WORDS):
        match = _NEXT.match(text, end)
        if match is None or not _goes_on(match, text, end, shouted=shouted):
            break
        end = match.end()
    start = _begin(span.start, text)
    return span if (start, end) == (span.start, span.end) else span.moved(start, end)


def _begin(start: int, text: str) -> int:
    """Where the name begins: a word before it that opens its line, and is none of the language, is part of it."""
    match = _OPENING.search(text, max(0, start - _REACH), start)
    if match is None or not match[1][0].isupper() or set(word_class(match[1])) & _WORDS:
        return start
    return match.start(1)


def _goes_on(match: re.Match[str], text: str, end: int, *, shouted: bool) -> bool:
    if match["joint"].startswith(".") and not (end > 1 and not text[end - 2].isalnum()):
        return False
    particles = match["particles"].casefold().replace("’", "'").split()
    if any(particle not in PARTICLES and particle.strip("'") not in PARTICLES for particle in particles):
        return False
    word = match["word"]
    known = set(word_class(word.replace("'", "").replace("’", "").replace("-", "")))
    if len(word) < _MIN_LETTERS or not word[0].isupper() or (match["joint"] == "." and not particles):
        return False
    listed, common = bool(known & _NAMES), bool(known & _WORDS)
    # In a text of capitals they tell nothing: only what is a name by the lists goes on.
    return (listed and not common) or (not common and not shouted)


def plausible(span: Span, text: str) -> bool:
    """False for what the model takes for a name and cannot be one.

    A town in small letters in a text that has capitals; a street without letters or number; one word beside a product's
    noun, which is the product's name; a particle by itself.
    """
    value = text[span.start : span.end]
    match span.entity_type:
        case "city":
            return len(value) >= _MIN_TOWN and (value[0].isupper() or text.islower())
        case "street_address":
            return any(letter.isdigit() for letter in value) and sum(map(str.isalpha, value)) >= _MIN_TOWN
        case _ if value.casefold() in PARTICLES:
            return False
        case _:
            return " " in value or not (_is_thing(span, text) or _of_product(span, text))


def _is_thing(span: Span, text: str) -> bool:
    """A product's noun or a colour by itself; behind a title it is a family name all the same."""
    before = _BEFORE.search(text, max(0, span.start - _REACH), span.start)
    titled = before is not None and "H" in word_class(before[1])
    return "P" in word_class(text[span.start : span.end]) and not titled


def _of_product(span: Span, text: str) -> bool:
    before, after = _BEFORE.search(text, max(0, span.start - _REACH), span.start), _AFTER.match(text, span.end)
    return any(match is not None and _PRODUCT & set(word_class(match[1])) for match in (before, after))
