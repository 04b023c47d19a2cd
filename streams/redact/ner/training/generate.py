"""Shop texts from templates: text and labelled stretches, the same for the same seed."""

import random
from collections.abc import Iterator
from pathlib import Path

from streams.redact.ner.training.disturb import disturbed
from streams.redact.ner.training.draw import Draw
from streams.redact.ner.training.labelled import Labelled
from streams.redact.ner.training.template import fill, templates
from streams.redact.ner.training.wear import worn

_ENGLISH, _OPENED, _CLOSED = 0.06, 0.12, 0.2
# Shares of texts of one, two and three templates.
_LENGTHS = (70, 24, 6)
_GAPS = (" ", "\n", ". ", " - ", ", ", "; ", "! ", " / ")


def generate(folder: Path, language: str, count: int, seed: int) -> Iterator[Labelled]:
    """`count` texts of a language, from the templates of `folder`."""
    rng = random.Random(f"{seed} {language}")  # noqa: S311  # reproducible, not secret
    draw = Draw(language, rng)
    for _ in range(count):
        yield worn(_text(folder, draw), rng)


def _text(folder: Path, draw: Draw) -> Labelled:
    rng, own = draw.rng, templates(folder, draw.language)
    # Staff write English of customers who speak another language.
    given = templates(folder, "en") if rng.random() < _ENGLISH else own
    made = fill(disturbed(rng.choice(given.texts), rng), draw)
    for _ in range(rng.choices((0, 1, 2), _LENGTHS)[0]):
        other = fill(disturbed(rng.choice(own.texts), rng), draw)
        made = made.followed(rng.choice(_GAPS), other)
    if own.openings and rng.random() < _OPENED:
        opening = fill(rng.choice(own.openings), draw)
        made = opening.followed(draw.one(" ", "\n", "\n\n"), made)
    if own.closings and rng.random() < _CLOSED:
        closing = fill(rng.choice(own.closings), draw)
        made = made.followed(draw.one(" ", "\n", ". ", "\n\n"), closing)
    return made
