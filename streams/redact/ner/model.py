"""The model at work: texts in, spans of people, streets and towns out."""

import threading
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Token
from thinc.api import NumpyOps

from streams.redact.detect.lexicon import lexicon
from streams.redact.detect.spans import Span
from streams.redact.ner import language as _language  # noqa: F401  # registers the language
from streams.redact.ner.whole import plausible, whole

MODEL_FOLDER = Path(__file__).parent / "model"
DETECTOR = "NameModel"
_KINDS = {"PERSON": "person", "STREET": "street_address", "CITY": "city"}
_OUTSIDE, _PERSON = "O", "PERSON"
# Classes of the gazetteer that tell that a word is no name.
_PLAIN = frozenset("CGHLNOPRckp")
# Texts and characters at once: what the network holds in memory grows with both.
_BATCH, _BATCH_CHARACTERS = 128, 24_000
_NAMES = frozenset("FST")
# Probabilities from which a token counts as personal, whatever it is of: see `_needed`.
_LEAST, _BOTH, _UNKNOWN, _PLAIN_WORD = 0.15, 0.35, 0.3, 0.5


class NameModel:
    """One loaded model. Safe to share: spaCy's vocabulary is for one thread at a time, so that others wait."""

    def __init__(self, folder: Path = MODEL_FOLDER) -> None:
        self._nlp: Language = spacy.load(folder)
        self._turn = threading.Lock()
        self._tagger: Any = self._nlp.get_pipe("tagger")
        # numpy's matrix product takes half the time of the one that spaCy brings.
        for node in self._tagger.model.walk():
            node.ops = NumpyOps(use_blis=False)
        self._labels: tuple[str, ...] = self._tagger.labels
        self._outside = self._labels.index(_OUTSIDE)
        # What everybody writes stays in the vocabulary; anything else goes with the batch that held it.
        for word in sorted(lexicon().common):
            self._nlp.vocab[word]
            self._nlp.vocab[word.capitalize()]

    def find(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """For each text its spans, in order, disjoint."""
        found: list[tuple[Span, ...]] = []
        for batch in _batches(texts):
            # Words seen once would stay in the vocabulary for good.
            with self._turn, self._nlp.memory_zone():
                docs = [self._nlp.make_doc(text) for text in batch]
                found += [tuple(self._spans(doc, scores)) for doc, scores in zip(docs, self._scores(docs), strict=True)]
        return found

    def _scores(self, docs: Sequence[Doc]) -> list[Any]:
        """Logits by token and label."""
        filled = [doc for doc in docs if len(doc)]
        predicted = iter(self._tagger.model.predict(filled) if filled else [])
        return [next(predicted) if len(doc) else np.zeros((0, len(self._labels))) for doc in docs]

    def _spans(self, doc: Doc, logits: Any) -> Iterator[Span]:
        if not len(doc):
            return
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        inside = 1.0 - odds[:, self._outside]
        taken = [int(at) for at in np.flatnonzero(inside > _LEAST) if inside[at] > _needed(doc[int(at)])]
        odds[:, self._outside] = 0.0
        kinds = odds.argmax(axis=1)
        for run in _runs(taken, kinds):
            yield from self._span(doc, run[0], run[-1] + 1, self._labels[kinds[run[0]]], float(inside[run].max()))

    def _span(self, doc: Doc, start: int, end: int, label: str, score: float) -> Iterator[Span]:
        while start < end and _trimmed(doc[start]):
            start += 1
        while end > start and _trimmed(doc[end - 1]):
            end -= 1
        if start < end:
            last = doc[end - 1]
            span = Span(doc[start].idx, last.idx + len(last), _KINDS[label], round(score, 3), DETECTOR)
            if label == _PERSON:
                span = whole(span, doc.text)
            if plausible(span, doc.text):
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


def _needed(token: Token) -> float:
    """The probability from which a token counts as personal: less for what the lists have as a name alone."""
    known = set(token.prefix_)
    name, common = bool(known & _NAMES), bool(known & _PLAIN)
    if name and not (common and token.text.islower()):
        return _BOTH if common else _LEAST
    return _PLAIN_WORD if common else _UNKNOWN


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


def _trimmed(token: Token) -> bool:
    """No part of a name at its edge: punctuation, and a common word in small letters that is no name as well."""
    word = token.text
    if not word[0].isalnum():
        return True
    return word.islower() and not word.isdigit() and set(token.prefix_) <= _PLAIN and len(word) > 1


@cache
def name_model() -> NameModel:
    """The model that comes with Inland, loaded once a process."""
    return NameModel()
