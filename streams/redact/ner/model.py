"""The model at work: texts in, spans of people, streets and towns out."""

import threading
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import spacy

from streams.redact.detect.spans import Span
from streams.redact.ner import language as _language  # noqa: F401  # registers the language
from streams.redact.ner.network import Network
from streams.redact.ner.whole import plausible, whole
from streams.redact.ner.words import Words, classes, words_of

MODEL_FOLDER = Path(__file__).parent / "model"
DETECTOR = "NameModel"
_KINDS = {"PERSON": "person", "STREET": "street_address", "CITY": "city"}
_OUTSIDE, _PERSON = "O", "PERSON"
# Classes of the gazetteer that tell that a word is no name.
_PLAIN = frozenset("CGHLNOPRckp")
# Texts and characters at once: what the network holds in memory meanwhile grows with both.
_BATCH, _BATCH_CHARACTERS = 128, 24_000
_NAMES = frozenset("FST")
# Probabilities from which a token counts as personal, whatever it is of: see `_needed`.
_LEAST, _BOTH, _UNKNOWN, _PLAIN_WORD, _PLAIN_OPENING = 0.15, 0.35, 0.3, 0.5, 0.95
_SENTENCE_ENDS = frozenset(".!?\n")


class NameModel:
    """One loaded model. Safe to share: its network is for one thread at a time, so that others wait."""

    def __init__(self, folder: Path = MODEL_FOLDER) -> None:
        self._network = Network(spacy.load(folder))
        self._turn = threading.Lock()
        self._labels = self._network.labels
        self._outside = self._labels.index(_OUTSIDE)

    def find(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """For each text its spans, in order, disjoint."""
        found: list[tuple[Span, ...]] = []
        for batch in _batches(texts):
            parted = [words_of(text) for text in batch]
            with self._turn:
                odds = self._network.odds([one.words for one in parted])
            found += [tuple(self._spans(*one)) for one in zip(parted, odds, strict=True)]
        return found

    def _spans(self, words: Words, odds: Any) -> Iterator[Span]:
        inside = 1.0 - odds[:, self._outside]
        likely = map(int, np.flatnonzero(inside > _LEAST))
        taken = [at for at in likely if inside[at] > _needed(words.words[at], opens=_opens(words, at))]
        if not taken:
            return
        odds[:, self._outside] = 0.0
        kinds = odds.argmax(axis=1)
        for run in _runs(taken, kinds):
            yield from self._span(words, run[0], run[-1] + 1, self._labels[kinds[run[0]]], float(inside[run].max()))

    def _span(self, words: Words, start: int, end: int, label: str, score: float) -> Iterator[Span]:
        while start < end and _trimmed(words.words[start]):
            start += 1
        while end > start and _trimmed(words.words[end - 1]):
            end -= 1
        if start < end:
            span = Span(words.starts[start], words.end(end - 1), _KINDS[label], round(score, 3), DETECTOR)
            if label == _PERSON:
                span = whole(span, words.text)
            if plausible(span, words.text):
                yield span


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (len(batch) == _BATCH or size + len(text) > _BATCH_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch


def _opens(words: Words, at: int) -> bool:
    """Whether the word opens its sentence, where its capital says nothing."""
    return at == 0 or words.words[at - 1][0] in _SENTENCE_ENDS


def _needed(word: str, *, opens: bool) -> float:
    """The probability from which a word counts as personal: less for what the lists have as a name alone."""
    known = classes(word)
    name, common = bool(known & _NAMES), bool(known & _PLAIN)
    if name and not (common and word.islower()):
        return _BOTH if common else _LEAST
    if common:
        return _PLAIN_OPENING if opens else _PLAIN_WORD
    return _UNKNOWN


def _runs(taken: Sequence[int], kinds: Any) -> Iterator[list[int]]:
    """Consecutive tokens of the same kind."""
    run: list[int] = []
    for at in taken:
        if run and (at != run[-1] + 1 or kinds[at] != kinds[run[-1]]):
            yield run
            run = []
        run.append(at)
    if run:
        yield run


def _trimmed(word: str) -> bool:
    """No part of a name at its edge: punctuation, and a common word in small letters that is no name as well."""
    if not word[0].isalnum():
        return True
    return word.islower() and not word.isdigit() and classes(word) <= _PLAIN and len(word) > 1


@cache
def name_model() -> NameModel:
    """The model that comes with Inland, loaded once a process."""
    return NameModel()
