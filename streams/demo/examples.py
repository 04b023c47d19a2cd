"""Texts before and after redaction, and the search for personal values that came through. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from streams.demo.told import Text

Landed = Mapping[tuple[str, int], Sequence[str]]
"""Texts as they landed, by entity and id; an edited one in each of its versions."""


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
    unseen: int = 0
    """Texts whose entity landed without any: about them nothing is said."""


def pairs(texts: Sequence[Text], landed: Landed, number: int = 3) -> list[Pair]:
    """The texts with the most personal values, one of each kind first."""
    found = {id(text): _likest(text, landed) for text in texts if text.values}
    changed = [text for text in texts if text.values and found[id(text)] not in ("", text.text)]
    ranked = sorted(changed, key=lambda text: -len(text.values))
    firsts = list({text.kind: text for text in reversed(ranked)}.values())
    chosen = [*firsts, *(text for text in ranked if text not in firsts)][:number]
    return [Pair(text.text, found[id(text)]) for text in chosen]


def search(texts: Sequence[Text], landed: Landed) -> Search:
    """Count what survived, text by text, in any version of its entity."""
    values = survived = clean_changed = unseen = 0
    for text in texts:
        after = landed.get((text.kind, text.id), ())
        values += len(text.values)
        survived += sum(any(value in version for version in after) for value in text.values)
        clean_changed += not text.values and text.text not in after
        unseen += not after
    return Search(values, survived, len(texts), clean_changed, unseen)


def _likest(text: Text, landed: Landed) -> str:
    """The version that the text most probably became; empty when there is none."""
    versions = landed.get((text.kind, text.id), ())
    return next(iter(get_close_matches(text.text, versions, 1, 0.0)), "")
