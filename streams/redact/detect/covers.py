"""Covering what is found, so that what stands beside it is looked at alone."""

from collections.abc import Iterable, Iterator, Sequence

from streams.redact.detect.reading.view import View
from streams.redact.detect.scan import COVER
from streams.redact.detect.spans import Span


def covered(view: View, places: Sequence[tuple[int, int]]) -> View:
    """The view with each stretch start..end of it replaced by one cover character; `places` in order, disjoint."""
    return view.rewritten((start, end, COVER) for start, end in places)


def bare(span: Span, text: str) -> Iterator[Span]:
    """A span without what is covered in the text; over a cover it falls into the pieces around it."""
    at = span.start
    whole = text[span.start : span.end]
    if COVER not in whole and not (whole[0].isspace() or whole[-1].isspace()):
        yield span
        return
    for part in whole.split(COVER):
        inner = part.strip()
        if inner:
            start = at + part.index(inner)
            yield span.moved(start, start + len(inner))
        at += len(part) + 1


def uncovered(spans: Iterable[Span], others: Sequence[Span], text: str) -> Iterator[Span]:
    """What `spans` claim beyond `others` of another kind; where an other is of the same kind both stay."""
    for span in spans:
        at = span.start
        for other in others:
            if other.entity_type != span.entity_type and other.overlaps(span):
                yield from _piece(span, at, other.start, text)
                at = max(at, other.end)
        yield from _piece(span, at, span.end, text)


def _piece(span: Span, start: int, end: int, text: str) -> Iterator[Span]:
    if start == span.start and end == span.end:
        yield from bare(span, text)
    elif any(letter.isalnum() for letter in text[start:end]):
        yield from bare(span.moved(start, end), text)
