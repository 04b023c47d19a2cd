"""Scores of a model on a labelled set. Pure.

Accuracy: share of texts with the right label. Balanced accuracy: mean recall over the labels that the set has, so that
a frequent label does not hide a rare one. No answer counts as wrong.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

NOTHING = "(none)"
"""Column of the confusion matrix for texts without an answer."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One text: the right label, the given one (None: no answer), and what it is counted under."""

    right: str
    given: str | None
    language: str
    difficulty: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """Of some texts."""

    texts: int
    accuracy: float
    balanced: float


@dataclass(frozen=True, slots=True)
class Report:
    """``confusion``: right label -> given label -> texts. ``recall``: by right label."""

    total: Score
    recall: Mapping[str, float]
    confusion: Mapping[str, Mapping[str, int]]
    by_language: Mapping[str, Score]
    by_difficulty: Mapping[str, Score]


def report(found: Iterable[Scored]) -> Report:
    """Everything that is told of one run; `found`: one at least."""
    all_of = tuple(found)
    confusion: dict[str, Counter[str]] = {}
    for one in all_of:
        confusion.setdefault(one.right, Counter())[one.given or NOTHING] += 1
    return Report(
        score(all_of),
        {label: given[label] / given.total() for label, given in sorted(confusion.items())},
        {label: dict(given) for label, given in sorted(confusion.items())},
        _by(all_of, [one.language for one in all_of]),
        _by(all_of, [one.difficulty for one in all_of]),
    )


def score(found: tuple[Scored, ...]) -> Score:
    """Accuracy and balanced accuracy."""
    texts, hits = Counter(one.right for one in found), Counter(one.right for one in found if one.right == one.given)
    recalls = [hits[label] / count for label, count in texts.items()]
    return Score(len(found), hits.total() / len(found), sum(recalls) / len(recalls))


def _by(found: tuple[Scored, ...], keys: list[str | None]) -> dict[str, Score]:
    groups: dict[str, list[Scored]] = {}
    for one, key in zip(found, keys, strict=True):
        if key is not None:
            groups.setdefault(key, []).append(one)
    return {key: score(tuple(some)) for key, some in sorted(groups.items())}
