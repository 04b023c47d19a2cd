"""A language for spaCy that serves nine: words apart from punctuation, and the gazetteer's class as a word's prefix."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

import spacy
from spacy.attrs import IS_SPACE, LOWER, NORM, PREFIX, SHAPE, SUFFIX
from spacy.lang.lex_attrs import word_shape
from spacy.language import BaseDefaults, Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from streams.redact.detect.fold import fold
from streams.redact.ner.gazetteer import word_class

NAME = "inland"
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_|\s+")


class Words:
    """Parts a text at everything that is no letter or digit, hyphens and apostrophes included; white space is kept."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The text as a document."""
        words: list[str] = []
        spaces: list[bool] = []
        for part in _TOKEN.findall(text):
            if part == " " and words and not spaces[-1]:
                spaces[-1] = True
            else:
                words.append(part)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_disk(self, *_: Any, **__: Any) -> None:
        """Nothing to write."""

    def from_disk(self, *_: Any, **__: Any) -> "Words":
        """Nothing to read."""
        return self

    def to_bytes(self, **_: Any) -> bytes:
        """Nothing to write."""
        return b""

    def from_bytes(self, *_: Any, **__: Any) -> "Words":
        """Nothing to read."""
        return self


def _suffix(word: str) -> str:
    return fold(word)[-3:]


@spacy.registry.tokenizers("inland.words.v1")
def make_words() -> Callable[[Language], Words]:
    """The tokenizer of this language."""

    def tokenizer(nlp: Language) -> Words:
        return Words(nlp.vocab)

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
