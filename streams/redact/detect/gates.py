"""Gates before the expressions: one pass over a text tells which of them can match at all (Hyperscan, one database).

A gate is a weaker expression on the text's UTF-8 bytes: wherever its expression matches, the gate does. Tests
hold each pair to that. What stays shut is not searched, which is nearly everything in nearly every text.
"""

import re
import threading
from functools import lru_cache

import hyperscan

# Letters that are another ASCII letter when case does not count, as the expressions see it.
_CASE = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"})
_CASED = re.compile("[\u0130\u0131\u017f\u212a]")
_FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL
_Gate = tuple[str, bool]  # source, and whether case does not count


class Gates:
    """A growing set of gates, compiled when it is first asked and whenever it has grown. Safe to share."""

    def __init__(self) -> None:
        self._gates: list[_Gate] = []
        self._database: hyperscan.Database | None = None
        # A database's scratch space serves one scan at a time.
        self._lock = threading.Lock()

    def add(self, source: str, *, ignore_case: bool) -> int:
        """Take in a gate and give it a number; the same one for the same gate."""
        gate = (source, ignore_case)
        with self._lock:
            if gate not in self._gates:
                self._gates.append(gate)
                self._database = None
            return self._gates.index(gate)

    def open(self, text: str) -> frozenset[int]:
        """Numbers of the gates that the text opens."""
        found: list[int] = []
        with self._lock:
            if self._database is None:
                self._database = _compiled(self._gates)
            self._database.scan(_bytes(text), match_event_handler=lambda number, *_: found.append(number))
        return frozenset(found)


GATES = Gates()


@lru_cache(maxsize=4)
def opened(text: str) -> frozenset[int]:
    """What the text opens; the recognizers of one text ask one after another."""
    return GATES.open(text)


def _bytes(text: str) -> bytes:
    return (text.translate(_CASE) if _CASED.search(text) else text).encode(errors="replace")


def _compiled(gates: list[_Gate]) -> hyperscan.Database:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[source.encode() for source, _ in gates],
        ids=list(range(len(gates))),
        flags=[_FLAGS | (hyperscan.HS_FLAG_CASELESS if ignore_case else 0) for _, ignore_case in gates],
    )
    return database
