"""Texts before and after redaction, and the search for personal values that came through. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from streams.demo.told import Text


@dataclass(frozen=True, slots=True)
class Pair:
    """A text as written and as it landed."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Search:
    """The personal values of the shop's own ledger, looked for in what landed."""

    values: int
    survived: int
    texts: int
    clean_changed: int
    """Texts without any personal value that were changed all the same."""


def pairs(texts: Sequence[Text], landed: Mapping[tuple[str, int], str], number: int = 3) -> list[Pair]:
    """The texts with the most personal values, one of each kind first."""
    changed = [text for text in texts if text.values and landed.get((text.kind, text.id), text.text) != text.text]
    ranked = sorted(changed, key=lambda text: -len(text.values))
    firsts = list({text.kind: text for text in reversed(ranked)}.values())
    chosen = [*firsts, *(text for text in ranked if text not in firsts)][:number]
    return [Pair(text.text, landed[text.kind, text.id]) for text in chosen]


def search(texts: Sequence[Text], landed: Mapping[tuple[str, int], str]) -> Search:
    """Count what survived, text by text."""
    values = survived = clean_changed = 0
    for text in texts:
        after = landed.get((text.kind, text.id), "")
        values += len(text.values)
        survived += sum(value in after for value in text.values)
        clean_changed += not text.values and after != text.text
    return Search(values, survived, len(texts), clean_changed)
