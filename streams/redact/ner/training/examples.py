"""What the model learns from: generated texts and sentences of corpora, as it will read them."""

import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.training import Example

from streams.redact.detect.reading.read import read
from streams.redact.detect.reading.view import View
from streams.redact.detect.words.fold import fold
from streams.redact.ner.gazetteer import word_class
from streams.redact.ner.training.corpus import Sentence
from streams.redact.ner.training.generate import generate
from streams.redact.ner.training.labelled import Labelled
from streams.redact.ner.training.lists import LANGUAGES

# Of four names one is hidden, of seven other words one.
_HIDDEN_NAMES, _HIDDEN_WORDS = 4, 7
_NAMES = frozenset("FST")
_COMMON_ALONE = frozenset({"C", "c", "k", "ck"})
# Generated texts for one sentence of a corpus.
_TEXTS_PER_SENTENCE = 5


@dataclass(frozen=True, slots=True, repr=False)
class Material:
    """``templates``: their folder; ``texts``: made a language and epoch; ``corpus``: sentences to draw from."""

    templates: Path
    texts: int
    seed: int
    corpus: Sequence[Sentence] = ()


def hidden_class(word: str) -> str:
    """The gazetteer's class, as if its lists lacked some words."""
    known = word_class(word)
    mark = zlib.crc32(b"hide" + fold(word).encode())
    if set(known) & _NAMES and mark % _HIDDEN_NAMES == 0:
        return "C" if "C" in known else "-"
    if known in _COMMON_ALONE and mark % _HIDDEN_WORDS == 0:
        return "-"
    return known


def from_text(nlp: Language, made: Labelled) -> Example | None:
    """A text as the model reads it; None where it is read differently or a label does not fall on word borders."""
    if read(View(made.text)).text != made.text:
        return None
    doc = nlp.make_doc(made.text)
    tags = ["O"] * len(doc)
    for start, end, label in made.spans:
        span = doc.char_span(start, end)
        if span is None:
            return None
        tags[span.start : span.end] = [label] * len(span)
    return Example.from_dict(doc, {"tags": tags})


def from_sentence(nlp: Language, sentence: Sentence) -> Example:
    """A sentence of a corpus in the model's own tokens."""
    words, tags = sentence
    doc = nlp.make_doc(" ".join(words))
    tag_at: dict[int, str] = {}
    at = 0
    for word, tag in zip(words, tags, strict=True):
        tag_at[at] = tag
        at += len(word) + 1
    fitting: list[str] = []
    for token in doc:
        fitting.append(tag_at.get(token.idx, fitting[-1] if fitting else "O"))
    return Example.from_dict(doc, {"tags": fitting})


def epoch(nlp: Language, number: int, material: Material) -> list[Example]:
    """Examples of one epoch, shuffled: the same for the same number, seed and material."""
    seed = material.seed * 1000 + number
    rng = random.Random(seed)  # noqa: S311  # reproducible, not secret
    made = [
        from_text(nlp, one)
        for language in LANGUAGES
        for one in generate(material.templates, language, material.texts, seed)
    ]
    wanted = material.texts * len(LANGUAGES) // _TEXTS_PER_SENTENCE
    taken = rng.sample(material.corpus, min(len(material.corpus), wanted))
    found = [one for one in made if one is not None] + [from_sentence(nlp, one) for one in taken]
    rng.shuffle(found)
    return found
