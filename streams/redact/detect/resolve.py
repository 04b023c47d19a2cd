"""From all that the recognizers said to spans that do not overlap and leave nothing out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from streams.redact.detect.spans import Span

# Between the pieces of one person's name, and of nothing else.
_JOINTS = frozenset({" ", "\u00a0", "-", "  "})


def resolve(spans: Iterable[Span], text: str) -> tuple[Span, ...]:
    """Spans in order, disjoint. Where some overlap, the stretch that they cover together stays covered.

    The kind is the best span's: the longest, then the surest, then the first by name.
    """
    groups: list[list[Span]] = []
    reach = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if groups and span.start < reach:
            groups[-1].append(span)
        else:
            groups.append([span])
        reach = max(reach, span.end)
    return _joined([_best(group) for group in groups], text)


def _best(group: Sequence[Span]) -> Span:
    if len(group) == 1:
        return group[0]
    best = max(group, key=lambda span: (span.length, span.score, span.entity_type, span.detector))
    return best.moved(min(span.start for span in group), max(span.end for span in group))


def _joined(spans: Sequence[Span], text: str) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and last.entity_type == span.entity_type == "person" and text[last.end : span.start] in _JOINTS:
            joined[-1] = replace(last, end=span.end, score=max(last.score, span.score))
        else:
            joined.append(span)
    return tuple(joined)
