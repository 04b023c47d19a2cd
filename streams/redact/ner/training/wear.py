"""Texts as people type them. Every change keeps the place of what is labelled."""

import random
import unicodedata
from collections.abc import Callable

from streams.redact.ner.training.labelled import Labelled

# One draw decides: below the first all small letters, below the second all capitals, below the third small names.
_LOWER, _UPPER, _NAMES_LOWER = 0.17, 0.22, 0.29
_UNACCENTED, _UNSTOPPED, _CHEERED = 0.08, 0.2, 0.06
_EMOJI = (" 😊", " 👍", " ❤️", " 🙏", " 😡", "!!", " :)", "")


def worn(made: Labelled, rng: random.Random) -> Labelled:
    """In small letters, in capitals, without accents, without the last full stop, with an emoji; mostly as it is."""
    text, draw = made.text, rng.random()
    if draw < _LOWER:
        text = _same_length(text, str.lower)
    elif draw < _UPPER:
        text = _same_length(text, str.upper)
    elif draw < _NAMES_LOWER:
        text = _names_lower(made)
    if rng.random() < _UNACCENTED:
        text = _same_length(text, _unaccented)
    ends_in_name = bool(made.spans) and made.spans[-1][1] == len(text)
    if rng.random() < _UNSTOPPED and text.endswith((".", "!")) and not ends_in_name:
        text = text[:-1]
    if rng.random() < _CHEERED:
        text += rng.choice(_EMOJI)
    return Labelled(text, made.spans)


def _names_lower(made: Labelled) -> str:
    text = made.text
    for start, end, _ in made.spans:
        text = text[:start] + _same_length(text[start:end], str.lower) + text[end:]
    return text


def _same_length(text: str, change: Callable[[str], str]) -> str:
    """Changed letter by letter; a letter that would become two (`ß`) stays."""
    changed = [change(letter) for letter in text]
    return "".join(new if len(new) == 1 else old for old, new in zip(text, changed, strict=True))


def _unaccented(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter)[0]
    return plain if plain.isascii() else letter
