"""Lines of a stream as they become ready: who writes one and waits gets its answer."""

from collections.abc import Iterator
from typing import Protocol

from streams.redact.offline.answer import Line

MAX_LINE_BYTES = 4 * 1024 * 1024
BATCH = 256
_CHUNK = 256 * 1024
_MARK = b"\xef\xbb\xbf"


class Readable(Protocol):
    """A binary stream."""

    def read1(self, size: int, /) -> bytes:
        """What is ready, at most `size` bytes; waits while nothing is; empty at the end."""


def batches(stream: Readable, most: int = BATCH, limit: int = MAX_LINE_BYTES) -> Iterator[list[Line]]:
    """Every whole line that is ready, at most `most` at once; blank lines are counted and left out.

    A line over `limit` bytes is not kept: its ``data`` is None.
    """
    cutter = _Cutter(limit)
    while chunk := stream.read1(_CHUNK):
        yield from _parted(cutter.take(chunk), most)
    yield from _parted(cutter.rest(), most)


def _parted(lines: list[Line], most: int) -> Iterator[list[Line]]:
    for at in range(0, len(lines), most):
        yield lines[at : at + most]


class _Cutter:
    """Cuts chunks into lines, and holds no more than one line's limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._number = 0
        self._open: list[bytes] = []
        self._held = 0

    def take(self, chunk: bytes) -> list[Line]:
        """The lines that end in the chunk."""
        *whole, rest = chunk.split(b"\n")
        lines = []
        for part in whole:
            self._hold(part)
            lines += self._close()
        self._hold(rest)
        return lines

    def rest(self) -> list[Line]:
        """The last line, where no newline ends it."""
        return self._close() if self._held else []

    def _hold(self, part: bytes) -> None:
        self._held += len(part)
        if self._held > self._limit:
            self._open.clear()
        else:
            self._open.append(part)

    def _close(self) -> list[Line]:
        self._number += 1
        data = None if self._held > self._limit else b"".join(self._open)
        self._open, self._held = [], 0
        if data is not None and self._number == 1:
            data = data.removeprefix(_MARK)
        return [Line(self._number, data)] if data is None or data.strip() else []
