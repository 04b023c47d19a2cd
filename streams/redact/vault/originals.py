"""What redaction took out of one event. Pure."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"<[A-Z][A-Z_]{1,30}_\d{1,5}>")
"""What stands in a text for a value that was taken out."""


@dataclass(frozen=True, slots=True, repr=False)
class Original:
    """A value as it came. ``at``: the path of its field, or the placeholder that stands for it in a text."""

    at: str
    pii: str
    value: str

    def __repr__(self) -> str:
        return f"Original({self.at}, {self.pii})"


def packed(originals: Iterable[Original]) -> bytes:
    """Originals as JSON, each once."""
    rows = [[one.at, one.pii, one.value] for one in dict.fromkeys(originals)]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", errors="surrogatepass")


def unpacked(data: bytes) -> tuple[Original, ...]:
    """What `packed` packed."""
    rows = json.loads(data.decode("utf-8", errors="surrogatepass"))
    return tuple(Original(at, pii, value) for at, pii, value in rows)


@dataclass(frozen=True, slots=True, repr=False)
class Filled:
    """A text with its placeholders filled in. ``unknown``: placeholders that nothing is kept for; they stay."""

    text: str
    used: tuple[Original, ...]
    unknown: tuple[str, ...]


def fill(text: str, originals: Sequence[Original]) -> Filled:
    """Put originals of one event where their placeholders stand in a text, such as a reply of the model."""
    known: dict[str, Original] = {}
    for one in originals:
        # A value that was written in several ways has one placeholder: its first spelling stands for all.
        known.setdefault(one.at, one)

    def original(match: re.Match[str]) -> str:
        found = known.get(match.group())
        return found.value if found else match.group()

    named = list(dict.fromkeys(match.group() for match in PLACEHOLDER.finditer(text)))
    used = tuple(known[name] for name in named if name in known)
    return Filled(PLACEHOLDER.sub(original, text), used, tuple(name for name in named if name not in known))
