"""Trains the model for names: `python -m streams.redact.ner.training.train --out DIR [--corpus DIR]`.

Texts are made anew for each epoch, from templates and name lists beside this file; a seed gives the same model on the
same versions of the libraries. A part of the names is hidden from the gazetteer meanwhile, so that the model learns to
tell a name that no list holds by the words around it.
"""

import argparse
import time
from pathlib import Path
from typing import Any

from spacy.attrs import PREFIX
from spacy.language import Language
from spacy.util import fix_random_seed, load_config, load_model_from_config, minibatch

from streams.redact.ner import language as _language  # noqa: F401  # registers the language
from streams.redact.ner.training.corpus import sentences
from streams.redact.ner.training.examples import Material, epoch, hidden_class
from streams.redact.ner.training.lists import FOLDER, TEMPLATES

_CONFIG = FOLDER / "model.cfg"
_BATCH = 64
_DROPOUT = 0.12
_RATE = 0.001
# Shares of the rate in the second half and in the last epoch.
_LATER, _LAST = 0.5, 0.15
# Texts a language from which the model learns what labels there are.
_FIRST_TEXTS = 200


def train(out: Path, material: Material, epochs: int) -> None:
    """Train, telling the loss by epoch, and write the model to `out` after each."""
    fix_random_seed(material.seed)
    nlp = load_model_from_config(load_config(_CONFIG), auto_fill=True)
    nlp.vocab.lex_attr_getters[PREFIX] = hidden_class
    first = epoch(nlp, 0, Material(material.templates, _FIRST_TEXTS, material.seed, material.corpus))
    optimizer = nlp.initialize(lambda: first)
    began = time.monotonic()
    for number in range(1, epochs + 1):
        examples = epoch(nlp, number, material)
        losses: dict[str, float] = {}
        optimizer.learn_rate = _rate(number, epochs)
        for batch in minibatch(examples, _BATCH):
            nlp.update(batch, sgd=optimizer, losses=losses, drop=_DROPOUT)
        loss, took = losses["tagger"] / len(examples), time.monotonic() - began
        print(f"epoch {number}: {len(examples)} texts, loss {loss:.3f}, {took:.0f} s", flush=True)
        _write(nlp, optimizer, out)


def _rate(number: int, epochs: int) -> float:
    if number <= epochs // 2:
        return _RATE
    return _RATE * (_LATER if number < epochs else _LAST)


def _write(nlp: Language, optimizer: Any, out: Path) -> None:
    """The model with the averages of its weights; without its vocabulary, which word lists make anew."""
    with nlp.use_params(optimizer.averages):
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
    corpus = tuple(sentences(given.corpus)) if given.corpus else ()
    train(given.out, Material(TEMPLATES, given.texts, given.seed, corpus), given.epochs)


if __name__ == "__main__":
    main()
