"""Letters of other scripts that look like Latin ones, inside words that are otherwise Latin: `аnna`, `рost.example`.

The pairs are those of Unicode's confusables.txt (UTS 39, revision 28) for Cyrillic, Greek and Armenian letters that are
one Latin letter to the eye. A word wholly in another script is left: it is that script's word.
"""

import re
from collections.abc import Iterator

from streams.redact.detect.reading.view import Piece, View

_FROM = "аеорсухіјѕԁһӏԛԝкАВЕКМНОРСТХУІЈЅԌԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανιυρκօսհ"
_TO = "aeopcyxijsdhlqwkABEKMHOPCTXYIJSGQWABEZHIKMNOPTYXoavivpkouh"
_LATIN_OF = dict(zip(_FROM, _TO, strict=True))
_FOREIGN = re.compile(f"[{_FROM}]")
# An address is one word to the eye: its parts stand for one another.
_WORD = re.compile(r"[^\W_](?:[\w'’.+@-]*[^\W_])?")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f@]")


def latin(view: View) -> View:
    """The view with look-alikes in mixed words put right."""
    return view.rewritten(_pieces(view.text)) if _FOREIGN.search(view.text) else view


def _pieces(text: str) -> Iterator[Piece]:
    for word in _WORD.finditer(text):
        if not _LATIN.search(word.group()):
            continue
        for letter in _FOREIGN.finditer(text, word.start(), word.end()):
            yield letter.start(), letter.end(), _LATIN_OF[letter.group()]
