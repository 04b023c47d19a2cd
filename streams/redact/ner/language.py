"""A language for spaCy that serves nine: words apart from punctuation, and the gazetteer's class as a word's prefix."""

from collections.abc import Callable
from typing import Any, ClassVar

import spacy
from spacy.attrs import IS_SPACE, LOWER, NORM, PREFIX, SHAPE, SUFFIX
from spacy.lang.lex_attrs import word_shape
from spacy.language import BaseDefaults, Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from streams.redact.detect.words.fold import fold
from streams.redact.ner.gazetteer import word_class
from streams.redact.ner.words import parts

NAME = "inland"


class Parting:
    """Parts a text as `words_of` does."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The text as a document."""
        found = list(parts(text))
        return Doc(self.vocab, words=[word for word, _ in found], spaces=[spaced for _, spaced in found])

    def to_disk(self, *_: Any, **__: Any) -> None:
        """Nothing to write."""

    def from_disk(self, *_: Any, **__: Any) -> "Parting":
        """Nothing to read."""
        return self

    def to_bytes(self, **_: Any) -> bytes:
        """Nothing to write."""
        return b""

    def from_bytes(self, *_: Any, **__: Any) -> "Parting":
        """Nothing to read."""
        return self


def _suffix(word: str) -> str:
    return fold(word)[-3:]


@spacy.registry.tokenizers("inland.words.v1")
def make_words() -> Callable[[Language], Parting]:
    """The tokenizer of this language."""

    def tokenizer(nlp: Language) -> Parting:
        return Parting(nlp.vocab)

    return tokenizer


class Defaults(BaseDefaults):
    """How a word looks to the model: folded, its class, its end, its shape."""

    lex_attr_getters: ClassVar[dict[int, Callable[[str], Any]]] = {
        # No others: each new word costs every one of them.
        IS_SPACE: str.isspace,
        LOWER: str.lower,
        SHAPE: word_shape,
        NORM: fold,
        PREFIX: word_class,
        SUFFIX: _suffix,
    }
    tokenizer_exceptions: ClassVar[dict[str, list[dict[int, str]]]] = {}
    config: ClassVar[dict[str, Any]] = {"nlp": {"tokenizer": {"@tokenizers": "inland.words.v1"}}}


@spacy.registry.languages(NAME)
class Inland(Language):
    """The nine languages as one."""

    lang = NAME
    Defaults = Defaults
