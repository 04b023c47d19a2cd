"""Gates before the expressions: one pass over a text tells which of them can match at all (Hyperscan, one database).

A gate is a weaker expression on the text's UTF-8 bytes, without case: wherever its expression matches, the gate does. Tests
hold each pair to that. What stays shut is not searched, which is nearly everything in nearly every text.
"""

import re
import threading
from functools import lru_cache

import hyperscan

# Letters that are another ASCII letter when case does not count, as the expressions see it.
_CASE = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"})
_CASED = re.compile("[\u0130\u0131\u017f\u212a]")
_FLAGS = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL


class Gates:
    """A growing set of gates, compiled when it is first asked and whenever it has grown. Safe to share."""

    def __init__(self) -> None:
        self._sources: list[str] = []
        self._database: hyperscan.Database | None = None
        # A database's scratch space serves one scan at a time.
        self._lock = threading.Lock()

    def add(self, source: str) -> int:
        """Take in a gate and give it a number; the same one for the same gate. ValueError when it is no expression."""
        compact = "".join(source.split())
        with self._lock:
            if compact in self._sources:
                return self._sources.index(compact)
            _compiled([compact])
            self._sources.append(compact)
            self._database = None
            return len(self._sources) - 1

    def open(self, text: str) -> frozenset[int]:
        """Numbers of the gates that the text opens."""
        found: list[int] = []
        with self._lock:
            if self._database is None:
                self._database = _compiled(self._sources)
            self._database.scan(_bytes(text), match_event_handler=lambda number, *_: found.append(number))
        return frozenset(found)


GATES = Gates()


@lru_cache(maxsize=4)
def opened(text: str) -> frozenset[int]:
    """What the text opens; the recognizers of one text ask one after another."""
    return GATES.open(text)


def _bytes(text: str) -> bytes:
    return (text.translate(_CASE) if _CASED.search(text) else text).encode(errors="replace")


def _compiled(sources: list[str]) -> hyperscan.Database:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    try:
        database.compile(
            expressions=[source.encode() for source in sources],
            ids=list(range(len(sources))),
            flags=[_FLAGS] * len(sources),
        )
    except hyperscan.error as error:
        raise ValueError(f"a gate is no expression that Hyperscan takes: {error}") from None
    return database
