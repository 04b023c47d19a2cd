"""How a detector does on a group of texts: the labelled ones of the shop, or the held-out ones of a language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from streams.redact.detect.spans import Span
from tests.bench.detection import REST, Find, Kind, Spans, Text, covered, f2, quality, share, texts, totals
from tests.bench.heldout.generate import generate
from tests.bench.heldout.lists import LANGUAGES

SHOP = "shop"
Groups = Mapping[str, tuple[Text, ...]]


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of one group. `direct`, `rest`: recall of direct identifiers, and of the kinds in REST.

    `precision`: of all spans, those that touch a label; `f2`: of all labels; `leaking`: texts with a label not wholly
    covered; `leaking_direct`: the same of direct identifiers; `masked_clean`: of the `clean` texts, those with a span;
    `listed`, `unlisted`: recall of names that public lists hold, and of those that none holds.
    """

    name: str
    texts: int
    direct: float | None
    rest: float | None
    recall: float | None
    precision: float | None
    f2: float | None
    leaking: int
    leaking_direct: int
    clean: int
    masked_clean: int
    listed: float | None
    unlisted: float | None
    kinds: tuple[Kind, ...]


def groups(count: int, seed: int) -> Groups:
    """The shop's texts, and so many held-out ones of every language."""
    return {SHOP: texts(), **{language: tuple(generate(language, count, seed)) for language in LANGUAGES}}


def judged(given: Groups, find: Find) -> tuple[Group, ...]:
    """Every group by itself, then the held-out ones together."""
    found = {name: [tuple(find(one)) for one in group] for name, group in given.items()}
    held = [name for name in given if name != SHOP]
    together = [one for name in held for one in given[name]], [spans for name in held for spans in found[name]]
    return (*(judge(name, given[name], found[name]) for name in given), judge("held-out", *together))


def judge(name: str, given: Sequence[Text], found: Sequence[Spans]) -> Group:
    """The figures of one group from what was found in it."""
    hit, true, wanted, claimed = totals(given, found)
    recall, precision = share(hit, wanted), share(true, claimed)
    labels = [(label, spans, one.text) for one, spans in zip(given, found, strict=True) for label in one.labels]
    clean = [spans for one, spans in zip(given, found, strict=True) if not one.labels]
    return Group(
        name,
        len(given),
        _recall(each for each in labels if each[0].entity_type not in REST),
        _recall(each for each in labels if each[0].entity_type in REST),
        recall,
        precision,
        f2(recall, precision),
        sum(leaks(one, spans, frozenset()) for one, spans in zip(given, found, strict=True)),
        sum(leaks(one, spans, REST) for one, spans in zip(given, found, strict=True)),
        len(clean),
        sum(bool(spans) for spans in clean),
        _recall(each for each in labels if each[0].detector == "listed"),
        _recall(each for each in labels if each[0].detector == "unlisted"),
        quality(given, found),
    )


def leaks(one: Text, spans: Spans, but: frozenset[str]) -> bool:
    """Whether a label, of a kind not in `but`, is left in the text."""
    return any(not covered(label, spans, one.text) for label in one.labels if label.entity_type not in but)


def _recall(labels: Iterable[tuple[Span, Spans, str]]) -> float | None:
    found = [covered(*each) for each in labels]
    return share(sum(found), len(found))
