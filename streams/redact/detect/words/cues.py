"""The words of cues.yaml, folded, as sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from streams.redact.detect.words.fold import fold

CUES_FILE = Path(__file__).parent / "cues.yaml"


@dataclass(frozen=True, slots=True)
class Cues:
    """Words by what they announce; cues.yaml says what each list means."""

    honorifics: frozenset[str]
    closings: frozenset[str]
    openings: frozenset[str]
    roles: frozenset[str]
    kin: frozenset[str]
    leads: frozenset[str]
    products: frozenset[str]
    product_endings: tuple[str, ...]
    own_numbers: frozenset[str]
    phone_words: frozenset[str]
    words: frozenset[str]
    languages: Mapping[str, frozenset[str]]
    regions: Mapping[str, tuple[str, ...]]


@cache
def cues() -> Cues:
    """Read once; a missing or unknown list is an error."""
    lists = yaml.safe_load(CUES_FILE.read_text(encoding="utf-8"))
    by_language = {language: _words(words) for language, words in lists.pop("languages").items()}
    regions = {language: tuple(codes.split()) for language, codes in lists.pop("regions").items()}
    endings = tuple(lists.pop("product_endings").split())
    sets = {name: _words(words) for name, words in lists.items()}
    return Cues(**sets, product_endings=endings, languages=by_language, regions=regions)


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(str(word)) for word in text.split())
