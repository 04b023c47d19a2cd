"""Blinded fingerprints of a subject's known values: who holds the gate's key sees whether a text has one, not which.

A fingerprint is the first 8 bytes of HMAC-SHA256(key, event id || 0 || where || 0 || folded value), RFC 2104. The event
id salts it: two events of one person have none in common. Without the key they tell how many there are, at most.
With each value goes a fingerprint of its mark, so that a text costs one HMAC a word: its first word; of a number, the
first six characters; of a phone number, the last six digits. Pure.
"""

import hmac
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest

from streams.redact.detect.known.folded import Folded, tightened, words_view
from streams.redact.detect.known.recognizer import phone_span, stands_alone
from streams.redact.detect.known.writings import Writing, writings
from streams.redact.values import KnownValue

MAX_FINGERPRINTS = 256
SIZE = 8
"""Bytes of one fingerprint."""
# A longer value counts by its first words: they tell enough.
_MAX_WORDS = 8
_MIN_LETTERS, _MIN_NUMBER, _MAX_NUMBER, _MAX_PHONE = 4, 6, 300, 16
# A number has a digit among its first characters: prose far from any digit is not looked at.
_DIGIT_WITHIN = 24
_DIGITS, _DIALLED = re.compile(r"\d+"), re.compile(rf"\d{{{_MIN_NUMBER},}}")
_Seen = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True, repr=False)
class Blinded:
    """What is known of one event's subject, blinded. ``key``: the gate's, of the version that made them."""

    fingerprints: frozenset[bytes]
    event_id: str
    key: bytes

    def hits(self, text: str) -> bool:
        """Whether one of the values stands in the text, in any writing. `text`: as read (detect.reading)."""
        if not self.fingerprints:
            return False
        made = _Fingerprints(self.event_id, self.key)

        def seen(where: str, value: str) -> bool:
            return made(where, value) in self.fingerprints

        words = words_view(text)
        tight = tightened(words)
        return _words_hit(text, words, seen) or _numbers_hit(tight, seen) or _phones_hit(text, tight, seen)


def blind(known: Iterable[KnownValue], country: str | None, event_id: str, key: bytes) -> Blinded:
    """Fingerprints of every writing (detect.writings) of at least 4 letters, or 6 digits and letters of a number.

    At most MAX_FINGERPRINTS: each value's first writing counts before any value's second. A name that is a common
    word, too, counts where the text has it with a capital, as for redaction: what that took out is not seen again.
    """
    made = _Fingerprints(event_id, key)
    found: set[bytes] = set()
    for where, value in _telling(known, country):
        both = {made(*_mark(where, value)), made(where, value)}
        if len(found | both) > MAX_FINGERPRINTS:
            break
        found |= both
    return Blinded(frozenset(found), event_id, key)


class _Fingerprints:
    """Makes the fingerprints of one event."""

    def __init__(self, event_id: str, key: bytes) -> None:
        self._keyed = hmac.new(key, event_id.encode() + b"\0", "sha256")

    def __call__(self, where: str, value: str) -> bytes:
        one = self._keyed.copy()
        one.update(f"{where}\0{value}".encode(errors="replace"))
        return one.digest()[:SIZE]


def _telling(known: Iterable[KnownValue], country: str | None) -> Iterator[tuple[str, str]]:
    """Where and what to look for, the most telling first; no phrase that holds a word which is looked for alone."""
    by_value = [writings(value, country) for value in known]
    ways = [one for one in chain.from_iterable(zip_longest(*by_value)) if one is not None and _long_enough(one)]
    alone = {one.key for one in ways if one.where == "words" and not one.capital and one.key.count(" ") == 2}
    for one in dict.fromkeys(ways):
        if one.where != "words":
            yield one.where, one.key
            continue
        words = one.key.split()
        if one.key in alone or not any(f" {word} " in alone for word in words):
            yield "capitals" if one.capital else "words", " ".join(words[:_MAX_WORDS])


def _long_enough(one: Writing) -> bool:
    if one.where == "words":
        return len(one.key) - one.key.count(" ") >= _MIN_LETTERS
    return len(one.key) >= _MIN_NUMBER and _DIGITS.search(one.key[:_DIGIT_WITHIN]) is not None


def _mark(where: str, value: str) -> tuple[str, str]:
    match where:
        case "numbers":
            return "numbers mark", value[:_MIN_NUMBER]
        case "phones":
            return "phones mark", value[-_MIN_NUMBER:]
        case _:
            return "words mark", value.split(" ", maxsplit=1)[0]


def _words_hit(text: str, view: Folded, seen: _Seen) -> bool:
    words = view.text.split()
    marked = {word for word in set(words) if seen("words mark", word)}
    for first, word in enumerate(words) if marked else ():
        if word not in marked:
            continue
        capital = text[view.words[first][0]].isupper()
        for last in range(first + 1, min(first + _MAX_WORDS, len(words)) + 1):
            phrase = " ".join(words[first:last])
            if seen("words", phrase) or (capital and seen("capitals", phrase)):
                return True
    return False


def _numbers_hit(view: Folded, seen: _Seen) -> bool:
    borders = (*view.offsets, len(view.text))
    marks: dict[str, bool] = {}
    for at in sorted(set(_near_digits(view.text, borders))):
        start = borders[at]
        mark = view.text[start : start + _MIN_NUMBER]
        if mark not in marks:
            marks[mark] = len(mark) == _MIN_NUMBER and seen("numbers mark", mark)
        ends = (end for end in borders[at + 1 :] if _MIN_NUMBER <= end - start <= _MAX_NUMBER)
        if marks[mark] and any(seen("numbers", view.text[start:end]) for end in ends):
            return True
    return False


def _near_digits(tight: str, borders: tuple[int, ...]) -> Iterator[int]:
    """Which words begin where a number may begin."""
    for run in _DIGITS.finditer(tight):
        first = bisect_right(borders, run.start() - _DIGIT_WITHIN)
        yield from range(first, bisect_left(borders, run.end()))


def _phones_hit(text: str, view: Folded, seen: _Seen) -> bool:
    ends = (*view.offsets[1:], len(view.text))
    for run in _DIALLED.finditer(view.text):
        for end in ends[bisect_left(ends, run.start() + _MIN_NUMBER) : bisect_right(ends, run.end())]:
            if seen("phones mark", view.text[end - _MIN_NUMBER : end]) and _phone_before(
                text, view, range(run.start(), end), seen
            ):
                return True
    return False


def _phone_before(text: str, view: Folded, digits: range, seen: _Seen) -> bool:
    """Whether a number ends where the digits do, with what is dialled before it or without."""
    end = digits.stop
    return any(
        seen("phones", view.text[first:end]) and stands_alone(text, *phone_span(text, view, first, end - 1))
        for first in range(max(digits.start, end - _MAX_PHONE), end - _MIN_NUMBER + 1)
    )
