"""Requests under GDPR 15 to 21 in a note, found by words: cheap, always there, in eleven languages. Pure.

A request that is missed runs against a legal deadline (GDPR 12(3)), one that is raised for nothing costs a look: so
whatever speaks of the law or of personal data is raised, `unspecified` where no article shows.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args

import yaml

from avro_schemas.records import RequestKind
from streams.redact.detect.words.fold import fold

RIGHTS_FILE = Path(__file__).parent / "rights.yaml"
ARTICLES: dict[int, RequestKind] = {
    15: "access",
    16: "rectification",
    17: "erasure",
    18: "restriction",
    20: "portability",
    21: "objection",
}
_ARTICLE = re.compile(r"\bart(?:icle|ikel|icolo|iculo|igo|ykul)?s?\.?\s*(15|16|17|18|20|21)\b")
# Beside a number that may be any article's, a word must say whose.
_LAW = re.compile(r"\b(?:gdpr|dsgvo|ds-gvo|avg|rgpd|rodo|privacy)\b")
_KINDS: tuple[RequestKind, ...] = get_args(RequestKind)


@dataclass(frozen=True, slots=True)
class Found:
    """A request: what is asked for, and by which rule it was seen (kind and language, or `article`)."""

    kind: RequestKind
    rule: str


def requests_in(text: str) -> tuple[Found, ...]:
    """The kinds of request in a text, each once; `unspecified` alone where nothing more telling was found."""
    line = fold(" ".join(text.split()))
    found: dict[RequestKind, str] = {
        ARTICLES[int(number)]: "article" for number in _ARTICLE.findall(line) if _LAW.search(line)
    }
    for kind, language, pattern in _patterns():
        if kind not in found and pattern.search(line):
            found[kind] = f"{kind}/{language}"
    if len(found) > 1:
        found.pop("unspecified", None)
    return tuple(Found(kind, found[kind]) for kind in _KINDS if kind in found)


@cache
def _patterns() -> tuple[tuple[RequestKind, str, re.Pattern[str]], ...]:
    listed: dict[RequestKind, dict[str, list[str]]] = yaml.safe_load(RIGHTS_FILE.read_text(encoding="utf-8"))
    if unknown := sorted(set(listed) - set(_KINDS)):
        raise ValueError(f"{RIGHTS_FILE.name}: unknown kinds {unknown}: choose among {', '.join(_KINDS)}")
    return tuple(
        (kind, language, re.compile("|".join(f"(?:{fold(one)})" for one in patterns)))
        for kind, by_language in listed.items()
        for language, patterns in by_language.items()
    )
