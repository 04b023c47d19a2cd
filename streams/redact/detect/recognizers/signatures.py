"""The name under a greeting, in small letters too: `groetjes anouk`, `mvh gullbritt svahn`."""

import re
from collections.abc import Iterator, Sequence

from presidio_analyzer import RecognizerResult

from streams.redact.detect.scan import ShopRecognizer
from streams.redact.detect.words.cues import cues
from streams.redact.detect.words.fold import fold
from streams.redact.detect.words.languages import folded_words
from streams.redact.detect.words.lexicon import lexicon
from streams.redact.detect.words.tokens import PARTICLES

_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?")
# Characters at a line's end that are looked at, and words of a name.
_REACH, _MAX_WORDS = 80, 4
_MIN_LETTERS, _MAX_ABBREVIATION = 3, 3
_SCORE = 0.7


class SignatureRecognizer(ShopRecognizer):
    """What ends a line behind a closing formula and is no word of the language is whoever wrote it."""

    entities = ("person",)

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """Looks at the last words of each line."""
        if cues().closings.isdisjoint(folded_words(text)):
            return
        start = 0
        for line in text.split("\n"):
            end = start + len(line)
            found = list(_WORD.finditer(text, max(start, end - _REACH), end))
            name = _name(text, found, end)
            if name:
                yield self.hit(name[0].start(), name[-1].end(), "person", _SCORE)
            start = end + 1


def _name(text: str, found: Sequence[re.Match[str]], end: int) -> Sequence[re.Match[str]]:
    """The words behind the last closing of a line, when they may be a name; none when they may not."""
    closing = next((at for at in reversed(range(len(found))) if _bare(found[at]) in cues().closings), None)
    if closing is None:
        return ()
    name = found[closing + 1 :]
    # `grazie mille, ludovico`
    if len(name) > 1 and _common(name[0]) and "," in text[name[0].end() : name[1].start()]:
        name = name[1:]
    if not 0 < len(name) <= _MAX_WORDS or any(mark.isalnum() for mark in text[name[-1].end() : end]):
        return ()
    between = text[name[0].start() : name[-1].end()]
    core = [word for word in name if _bare(word) not in PARTICLES]
    if not core or any(mark in between for mark in ",;:()/0123456789") or any(map(_common, core)):
        return ()
    if any(word.group().endswith(".") and len(_bare(word)) > _MAX_ABBREVIATION for word in name[:-1]):
        return ()  # the end of a sentence: what follows is another
    return name if any(len(_bare(word)) >= _MIN_LETTERS for word in core) else ()


def _common(word: re.Match[str]) -> bool:
    """A word of some language that is no given name as well; one in capitals counts as what it is in small ones."""
    folded = _bare(word)
    if folded in cues().closings | cues().words:
        return True
    return folded in lexicon().common and not (folded in lexicon().forename and word.group()[0].isupper())


def _bare(word: re.Match[str]) -> str:
    return fold(word.group()).rstrip(".")
