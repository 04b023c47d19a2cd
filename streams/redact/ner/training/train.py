"""Trains the model for names: `python -m streams.redact.ner.training.train --out DIR [--corpus DIR]`.

Texts are made anew for each epoch, from templates and name lists beside this file; a seed gives the same model on the
same versions of the libraries. A part of the names is hidden from the gazetteer meanwhile, so that the model learns to
tell a name that no list holds by the words around it.
"""

import argparse
import random
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

from spacy.attrs import NORM, PREFIX
from spacy.language import Language
from spacy.training import Example
from spacy.util import fix_random_seed, load_config, load_model_from_config, minibatch

from streams.redact.detect.fold import fold
from streams.redact.detect.reading import read
from streams.redact.detect.view import View
from streams.redact.ner import language as _language  # noqa: F401  # registers the language
from streams.redact.ner.gazetteer import identity, word_class
from streams.redact.ner.training.corpus import sentences
from streams.redact.ner.training.generate import Labelled, generate
from streams.redact.ner.training.slots import FOLDER, LANGUAGES

_CONFIG = FOLDER / "model.cfg"
_BATCH = 64
_DROPOUT = 0.12
# Of four names one is hidden, of seven other words one.
_HIDDEN_NAMES, _HIDDEN_WORDS = 4, 7
_COMMON_ALONE = frozenset({"C", "c", "k", "ck"})


def hidden_class(word: str) -> str:
    """The gazetteer's class, as if its lists lacked some words."""
    known = word_class(word)
    mark = zlib.crc32(b"hide" + fold(word).encode())
    if set(known) & set("FST") and mark % _HIDDEN_NAMES == 0:
        return "C" if "C" in known else "-"
    if known in _COMMON_ALONE and mark % _HIDDEN_WORDS == 0:
        return "-"
    return known


def hidden_identity(word: str) -> str:
    """The same for what is known of the word itself."""
    return identity(word) if hidden_class(word) == word_class(word) else f"<{hidden_class(word)}>"


def example(nlp: Language, made: Labelled) -> Example | None:
    """A text as the model reads it; None where a label does not fall on word borders."""
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


def from_tokens(nlp: Language, words: Sequence[str], tags: Sequence[str]) -> Example:
    """A sentence of a corpus in the model's own tokens."""
    doc = nlp.make_doc(" ".join(words))
    borders, at = {}, 0
    for word, tag in zip(words, tags, strict=True):
        borders[at] = tag
        at += len(word) + 1
    fitting, tag = [], "O"
    for token in doc:
        tag = borders.get(token.idx, tag)
        fitting.append(tag)
    return Example.from_dict(doc, {"tags": fitting})


def epoch(
    nlp: Language, number: int, count: int, seed: int, folder: Path, corpus: Sequence[tuple[list[str], list[str]]]
) -> list[Example]:
    """Examples of one epoch, shuffled."""
    rng = random.Random(seed * 1000 + number)  # noqa: S311
    made = [
        example(nlp, one)
        for language in LANGUAGES
        if (folder / f"{language}.txt").exists()
        for one in generate(folder, language, count, seed * 1000 + number)
    ]
    taken = rng.sample(corpus, min(len(corpus), count * len(LANGUAGES) // 5)) if corpus else []
    made += [from_tokens(nlp, *one) for one in taken]
    found = [one for one in made if one is not None]
    rng.shuffle(found)
    return found


def train(out: Path, corpus: Path | None, epochs: int, count: int, seed: int) -> None:
    """Train, telling the loss by epoch, and write the model."""
    fix_random_seed(seed)
    nlp = load_model_from_config(load_config(_CONFIG), auto_fill=True)
    nlp.vocab.lex_attr_getters[PREFIX] = hidden_class
    nlp.vocab.lex_attr_getters[NORM] = hidden_identity
    extra = list(sentences(corpus)) if corpus else []
    first = epoch(nlp, 0, 200, seed, FOLDER / "templates", extra)
    optimizer = nlp.initialize(lambda: first)
    began = time.monotonic()
    for number in range(1, epochs + 1):
        examples = epoch(nlp, number, count, seed, FOLDER / "templates", extra)
        losses: dict[str, float] = {}
        optimizer.learn_rate = 0.001 * (1.0 if number <= epochs // 2 else 0.5 if number < epochs else 0.15)
        for batch in minibatch(examples, _BATCH):
            nlp.update(batch, sgd=optimizer, losses=losses, drop=_DROPOUT)
        print(
            f"epoch {number}: {len(examples)} texts, loss {losses['tagger'] / len(examples):.3f}, {time.monotonic() - began:.0f} s",
            flush=True,
        )
        write(nlp, optimizer, out)


def write(nlp: Language, optimizer: object, out: Path) -> None:
    """The model with the averages of its weights."""
    with nlp.use_params(optimizer.averages):  # type: ignore[attr-defined]
        nlp.to_disk(out, exclude=["vocab"])


def main() -> None:
    """Read the command line, train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the model")
    parser.add_argument("--corpus", type=Path, help="folder of annotated sentences, <language>.jsonl.gz")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--texts", type=int, default=5000, help="texts a language and epoch")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    train(given.out, given.corpus, given.epochs, given.texts, given.seed)


if __name__ == "__main__":
    main()
