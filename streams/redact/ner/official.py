"""spaCy's official models beside our own, for the languages for which a deployment downloads one."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import spacy

from streams.redact.detect.question import NameFinder
from streams.redact.detect.spans import Span
from streams.redact.detect.words.languages import languages

# What the models of news and of web text call a person. Their places are any place: no personal datum by itself.
_PERSONS = frozenset({"PER", "PERSON", "persName"})
_UNUSED = ("parser", "lemmatizer", "attribute_ruler", "senter", "tagger", "morphologizer")
_SCORE = 0.8
_BATCH = 64


class ModelsError(ValueError):
    """The setting of models cannot be used; the message says which entry and the remedy."""


class OfficialModel:
    """The people that one installed model finds."""

    def __init__(self, name: str) -> None:
        """`name`: an installed package or a folder; ModelsError when it is neither."""
        try:
            self._nlp: Any = spacy.load(name, disable=_UNUSED)
        except OSError:
            raise ModelsError(
                f"INLAND_NAME_MODELS: {name} is not installed: install its package beside Inland, or leave it out"
            ) from None
        self._detector = f"spacy:{name}"
        self._turn = threading.Lock()

    def find(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """For each text its people, in order, disjoint."""
        with self._turn, self._nlp.memory_zone():
            return [
                tuple(
                    Span(one.start_char, one.end_char, "person", _SCORE, self._detector)
                    for one in doc.ents
                    if one.label_ in _PERSONS
                )
                for doc in self._nlp.pipe(texts, batch_size=_BATCH)
            ]


class Routed:
    """Our own model for every text, and another beside it for texts of its language."""

    def __init__(self, own: NameFinder, others: Mapping[str, NameFinder]) -> None:
        """`others`: by language, ISO 639-1."""
        self._own, self._others = own, others

    def find(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """What either finds; spans of the two may overlap."""
        found = self._own.find(texts)
        for language, other in self._others.items():
            places = [at for at, text in enumerate(texts) if languages(text)[:1] == (language,)]
            for at, more in zip(places, other.find([texts[at] for at in places]), strict=True):
                found[at] = (*found[at], *more)
        return found


def parse_models(setting: str) -> dict[str, str]:
    """`de=de_core_news_md,fr=fr_core_news_md` as languages and models; ModelsError where it is not of that form."""
    models: dict[str, str] = {}
    for entry in filter(None, map(str.strip, setting.split(","))):
        language, sign, name = entry.partition("=")
        if not (sign and len(language) == 2 and language.isalpha() and name):
            raise ModelsError("INLAND_NAME_MODELS: write language=model, parted by commas, as de=de_core_news_md")
        models[language.lower()] = name
    return models
