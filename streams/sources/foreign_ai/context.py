"""What stands around a random text, and whether it makes a key of it. Pure.

Settings come as plain values, JSON, PHP's serialisation, query strings and escaped forms of them. None is parsed: keys
stand in them as they are, and what a field is called stands right before.
"""

import re
import string
from collections.abc import Mapping

NEAR = 200
"""Characters within which a word of a service speaks of a key."""
_LABEL_REACH = 96
_HOST_REACH = 256
_HOST_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789.-"
# JSON's and URLs' ways to write a character with letters, right before a key.
_START = re.compile(r"(?<![A-Za-z0-9_-])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2})|(?<=\\u[0-9A-Fa-f]{4})")
_ESCAPE = re.compile(r"%[0-9a-f]{2}|\\u[0-9a-f]{4}|\\[nrt]")
_LETTERS = string.ascii_letters + string.digits + "_.-"
_MARKS = "".join(set(string.punctuation) - set("_.-")) + string.whitespace
# PHP's length of the string that follows, without the marks around it.
_LENGTH = re.compile(r";s:\d{1,9}$")
_SECRET = re.compile(r"key|token|secret|auth|bearer|credential|passw")
_NO_SECRET = re.compile(r"licen[cs]e|nonce|salt|hash|md5|csrf|checksum|public|session|maps")


def stands_at(text: str, start: int) -> bool:
    """Whether a key may begin there: not in the midst of a longer word."""
    return _START.match(text, start) is not None


def label(text: str, start: int) -> str:
    """What the field is called whose value begins there; empty when nothing says."""
    before = text[max(0, start - _LABEL_REACH) : start].rstrip(_MARKS)
    if length := _LENGTH.search(before, max(0, len(before) - 12)):
        before = before[: length.start()].rstrip(_MARKS)
    return before[len(before.rstrip(_LETTERS)) :]


def names_a_secret(named: str) -> bool:
    """Whether a field of that name, in small letters, is for a key, and for none of another kind."""
    return _SECRET.search(named) is not None and _NO_SECRET.search(named) is None


def endpoint_start(lowered: str, start: int) -> int:
    """Where the host begins of which a known part begins at `start`."""
    before = lowered[max(0, start - _HOST_REACH) : start]
    first = start - len(before) + len(before.rstrip(_HOST_CHARACTERS))
    escape = _ESCAPE.match(lowered, first - 1) if first else None
    return escape.end() if escape and escape.end() <= start else first


class Words:
    """Words of the services whose keys count by them."""

    def __init__(self, words: Mapping[str, tuple[str, ...]]) -> None:
        self._words = dict(words)

    def owner(self, named: str, service: str) -> bool | None:
        """Whether a field's name is of this service; None when it is of none."""
        owners = {one for one, words in self._words.items() if any(word in named for word in words)}
        return service in owners if owners else None

    def near(self, service: str, lowered: str, start: int, end: int, name_length: int) -> bool:
        """Whether a word of the service stands in the setting's name, or close by on either side."""
        around = lowered[max(0, start - NEAR) : end + NEAR]
        return any(word in around or word in lowered[:name_length] for word in self._words[service])
