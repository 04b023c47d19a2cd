"""A text as detection sees it, with the way back to the text as it came."""

from collections.abc import Iterable
from dataclasses import dataclass

from streams.redact.detect.spans import Span

Piece = tuple[int, int, str]
"""Characters start..end (end excluded) of one text, and what stands for them in the other; may be empty."""


@dataclass(frozen=True, slots=True, repr=False)
class View:
    """``text[i]`` stands for ``starts[i]``..``ends[i]`` of the original; both None: the text is the original."""

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def rewritten(self, pieces: Iterable[Piece]) -> "View":
        """This view with stretches of it replaced; `pieces` in order, disjoint. The same view when there are none."""
        written: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for start, end, instead in (*pieces, (len(self.text), len(self.text), "")):
            written += (self.text[at:start], instead)
            starts += range(at, start)
            ends += range(at + 1, start + 1)
            starts += [start] * len(instead)
            ends += [end] * len(instead)
            at = end
        if len(written) == 2:
            return self
        return View("".join(written), self._back(starts, self.starts), self._back(ends, self.ends, 1))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where characters start..end of this view (end excluded, not empty) stand in the original."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def back(self, span: Span) -> Span:
        """A span of this view as one of the original."""
        if self.starts is None:
            return span
        return span.moved(*self.span(span.start, span.end))

    @staticmethod
    def _back(positions: list[int], through: tuple[int, ...] | None, shift: int = 0) -> tuple[int, ...]:
        """`shift` 1: positions are ends, one behind the last character."""
        if through is None:
            return tuple(positions)
        return tuple(through[position - shift] for position in positions)
