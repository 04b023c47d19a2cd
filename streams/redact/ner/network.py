"""The tagger's network on bare words: spaCy's own layers and weights without its documents, which cost more than they.

All that the network is told of a word follows from the word, so that its vector is made once and kept. A test holds
the answers to those of spaCy's pipeline.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from spacy.attrs import IDS
from spacy.language import Language
from spacy.strings import get_string_id
from thinc.api import NumpyOps

# Words whose vectors are kept: 256 bytes each. When there are more, all are forgotten: nobody's name stays for good.
_KEPT = 50_000


class Network:
    """For one thread at a time."""

    def __init__(self, nlp: Language) -> None:
        """`nlp`: with a component `tagger` of spacy.Tagger.v2 over spacy.MultiHashEmbed.v2."""
        tagger: Any = nlp.get_pipe("tagger")
        # numpy's matrix product takes half the time of the one that spaCy brings.
        for layer in tagger.model.walk():
            layer.ops = NumpyOps(use_blis=False)
        (embed, encode), output = tagger.model.layers[0].layers, tagger.model.layers[1]
        extract, _, hashed, mixed, _ = embed.layers
        self.labels: tuple[str, ...] = tagger.labels
        # The vocabulary's, since spaCy adds its own norms for quotes, dashes and currencies to the language's.
        self._features = [nlp.vocab.lex_attr_getters[column] for column in map(_number, extract.attrs["columns"])]
        self._hashed, self._mixed = hashed.layers[0], mixed.layers[0]
        self._encode, self._output = encode.layers[0], output.layers[0]
        self._pad: int = encode.attrs["pad"]
        self._rows: dict[str, int] = {}
        self._table = self._room(_KEPT)

    def odds(self, texts: Sequence[Sequence[str]]) -> list[Any]:
        """For each text the probabilities of the labels, an array of words x labels."""
        rows, places = self._laid_out(texts)
        vectors = self._table[rows]
        vectors[rows < 0] = 0.0
        logits = self._output.predict(self._encode.predict(vectors))
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        return [odds[start : start + len(words)] for start, words in zip(places, texts, strict=True)]

    def _laid_out(self, texts: Sequence[Sequence[str]]) -> tuple[Any, list[int]]:
        """Rows of the table for all words one after another, -1 for the padding between texts; where each begins."""
        self._learn({word for words in texts for word in words})
        gap = [-1] * self._pad
        rows, places = list(gap), []
        for words in texts:
            places.append(len(rows))
            rows += [self._rows[word] for word in words]
            rows += gap
        return np.asarray(rows), places

    def _learn(self, words: set[str]) -> None:
        new = [word for word in words if word not in self._rows]
        if len(self._rows) + len(new) > len(self._table):
            self._rows.clear()
            new = list(words)
            self._table = self._room(max(_KEPT, len(new)))
        if new:
            first = len(self._rows)
            self._table[first : first + len(new)] = self._mixed.predict(self._hashed.predict(self._told(new)))
            self._rows.update((word, first + number) for number, word in enumerate(new))

    def _told(self, words: Sequence[str]) -> Any:
        """What the network is told of each word, as spaCy's ids of strings."""
        ids = [[get_string_id(feature(word)) for feature in self._features] for word in words]
        return np.asarray(ids, dtype=np.uint64)

    def _room(self, words: int) -> Any:
        return np.zeros((words, self._mixed.get_dim("nO")), dtype=np.float32)


def _number(column: int | str) -> int:
    return int(IDS[column]) if isinstance(column, str) else column
