"""Who is addressed by a title, or by initials: `Sra. Chamosales`, `doña Remedios`, `D. Grande`, `P. de Valdefuego`."""

import re
from collections.abc import Iterator

from presidio_analyzer import RecognizerResult

from streams.redact.detect.scan import Expression, ShopRecognizer, gates_of
from streams.redact.detect.words.cues import cues
from streams.redact.detect.words.fold import fold
from streams.redact.detect.words.lexicon import lexicon
from streams.redact.detect.words.tokens import PARTICLES

_ACCENTED = {
    "a": "aáàâäãåą",
    "c": "cçć",
    "e": "eéèêëę",
    "i": "iíìîï",
    "l": "lł",
    "n": "nñń",
    "o": "oóòôöõø",
    "s": "sś",
    "u": "uúùûü",
}
# Followed by a name with a dot alone: a letter, and what is a word, a unit or a size as well.
_DOTTED = frozenset({"dame", "dna", "don", "fam", "fr", "ing", "m", "rag", "rev"})
_PART = r"(?: \p{Lu} \p{L}* (?: ['’-] \p{Lu}? \p{L}+ )* )"
_LINK = r"""
    (?: (?: d[aeiou] | du | do[sn]? | das | del | della | dell['’] | van | von | vom | zu | zum | de[rn] | te[rn]? | la
    | le | ['’]t | af | av ) [ ] )
"""
_NAME = rf"(?: {_LINK}{{0,3}} {_PART} (?: [ ] {_LINK}{{0,3}} {_PART} ){{0,3}} )"
_FOLLOWS = r"[ ](?:[a-z'\x80-\xff]{1,6}[ ]){0,3}[A-Z\x80-\xff]"


def _written(letters: str) -> str:
    """A folded word as it may be written."""
    return "".join(f"[{_ACCENTED[letter]}]" if letter in _ACCENTED else letter for letter in letters)


def _in_bytes(letters: str) -> str:
    """The same in UTF-8, or more than that."""
    return "".join(rf"(?:{letter}|[\xc3-\xc5].)" if letter in _ACCENTED else letter for letter in letters)


_PLAIN = sorted(cues().honorifics - _DOTTED)
_IN_BYTES = "|".join(map(_in_bytes, _PLAIN))
_WITH_DOT = "|".join(sorted({*_DOTTED, "d"}))
_TITLED = Expression(
    rf"""
        (?<![\p{{L}}.-]) (?i: (?: {"|".join(map(_written, _PLAIN))} ) \.? | (?: {_WITH_DOT} ) \. ) [ ]
        (?P<name> (?: \p{{Lu}}\.[ ]? ){{0,3}} {_NAME} | \p{{Ll}}{{4,20}} (?: - \p{{Ll}}{{3,20}} )? (?![\p{{L}}'’]) )
    """,
    # What is no letter may begin with any byte: a dash, a quote.
    gate=rf"(?:^|[^A-Za-z.-])(?i:(?:{_IN_BYTES})\.?|(?:{_WITH_DOT})\.)[ ]"
    r"(?:.{0,24}[A-Z\x80-\xff]|[a-z\x80-\xff]{4})",
    ignore_case=False,
)
_INITIALS = Expression(
    rf"(?<![\p{{L}}.'’-]) (?P<name> (?: \p{{Lu}} \. [ -]? ){{1,4}} {_NAME} )",
    gate=rf"(?:^|[^A-Za-z.'-])[A-Z\x80-\xff]{{1,2}}\.(?:[ -]?[A-Z\x80-\xff]|{_FOLLOWS})",
    ignore_case=False,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SCORE = 0.75
_SIZES = frozenset({"S", "M", "L"})


class TitleRecognizer(ShopRecognizer):
    """Behind a title or initials stands a name, unless its first word is a common one that no list of names has."""

    entities = ("person",)
    gates = gates_of(_TITLED, _INITIALS)

    def find(self, text: str) -> Iterator[RecognizerResult]:
        """The name without its title, up to the first word that is none."""
        for match in (*_TITLED.over(text), *_INITIALS.over(text)):
            start, name = match.start("name"), match.group("name")
            end = start + _length(name)
            if end > start and not _is_size(name[: end - start]):
                yield self.hit(start, end, "person", _SCORE)


def _length(name: str) -> int:
    """How much of it is a name: 0 where its first long word is a common one."""
    end = 0
    for word in _WORD.finditer(name):
        folded = fold(word.group())
        if folded in PARTICLES or len(folded) == 1:
            continue
        if _common(folded):
            break
        end = word.end()
    return end


def _is_size(name: str) -> bool:
    """`in maat M. Ophalen`: a size that ends a sentence, unless what follows is a name by the lists."""
    size, _, rest = name.partition(". ")
    return size in _SIZES and fold(rest.split(" ")[-1]) not in lexicon().surname


def _common(folded: str) -> bool:
    if folded in cues().words or folded in cues().products:
        return True
    return folded in lexicon().common and folded not in lexicon().surname and folded not in lexicon().forename
