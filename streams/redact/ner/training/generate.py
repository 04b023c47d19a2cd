"""Shop texts from templates: text and labelled stretches, the same for the same seed."""

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from streams.redact.ner.training.slots import Slots, common_words

_SLOT = re.compile(r"\{(\w+)\}")
_ENGLISH, _OPENED, _CLOSED, _DISTURBED, _LOST = 0.06, 0.12, 0.2, 0.6, 0.18
# A name in marks, between emoji, or cut by a line's end.
_DRESSED, _CUT = 0.04, 0.015
_DRESSES = (("**", "**"), ("_", "_"), ("😊", "🎁"), ("(", ")"), ('"', '"'), ("*", "*"), ("<", ">"), ("[", "]"), ("❤️", "❤️"), ("@", ""))
_MIN_NONCE = 4
_SYLLABLES = [
    "ba",
    "be",
    "bra",
    "dru",
    "fel",
    "fo",
    "ge",
    "glo",
    "gri",
    "ha",
    "hel",
    "in",
    "ka",
    "ke",
    "kla",
    "kno",
    "la",
    "li",
    "lo",
    "ma",
    "men",
    "mo",
    "na",
    "ne",
    "no",
    "ob",
    "om",
    "pa",
    "per",
    "pla",
    "po",
    "pre",
    "qua",
    "ra",
    "re",
    "ri",
    "ro",
    "sa",
    "se",
    "ska",
    "sli",
    "so",
    "spi",
    "sta",
    "stro",
    "ta",
    "te",
    "ti",
    "to",
    "tra",
    "un",
    "va",
    "ver",
    "vi",
    "vo",
    "wa",
    "wel",
    "za",
    "zo",
    "zwi",
    "aan",
    "be",
    "ent",
    "ver",
    "auf",
    "des",
    "em",
    "en",
    "im",
    "con",
    "com",
    "dis",
]
_GAPS = (" ", "\n", ". ", " - ", ", ", "; ", "! ", " / ")
_EMOJI = (" 😊", " 👍", " ❤️", " 🙏", " 😡", "!!", " :)", "")


@dataclass(frozen=True, slots=True, repr=False)
class Labelled:
    """``spans``: start, end (excluded) and label (PERSON, STREET, CITY), in order."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Templates:
    """A language's templates: texts, and what may open and close one."""

    texts: tuple[str, ...]
    openings: tuple[str, ...]
    closings: tuple[str, ...]


@cache
def templates(folder: Path, language: str) -> Templates:
    """One a line; `⏎` stands for a line's end."""
    lines = [line.strip() for line in (folder / f"{language}.txt").read_text(encoding="utf-8").splitlines()]
    return Templates(
        tuple(line for line in lines if line and not line.startswith(("# ", "> ", "< "))),
        tuple(line[2:] for line in lines if line.startswith("> ")),
        tuple(line[2:] for line in lines if line.startswith("< ")),
    )


def generate(folder: Path, language: str, count: int, seed: int) -> Iterator[Labelled]:
    """`count` texts of a language."""
    rng = random.Random(f"{seed} {language}")  # noqa: S311  # reproducible, not secret
    for _ in range(count):
        yield _worn(_text(folder, language, rng), rng)


def _text(folder: Path, language: str, rng: random.Random) -> Labelled:
    own = templates(folder, language)
    # Staff write English of customers who speak another language.
    given = templates(folder, "en") if rng.random() < _ENGLISH else own
    made = fill(_disturbed(rng.choice(given.texts), rng), language, rng)
    for _ in range(rng.choices((0, 1, 2), (70, 24, 6))[0]):
        other = fill(_disturbed(rng.choice(own.texts), rng), language, rng)
        made = _joined(made, other, rng.choice(_GAPS))
    if own.openings and rng.random() < _OPENED:
        made = _joined(fill(rng.choice(own.openings), language, rng), made, rng.choice((" ", "\n", "\n\n")))
    if own.closings and rng.random() < _CLOSED:
        made = _joined(made, fill(rng.choice(own.closings), language, rng), rng.choice((" ", "\n", ". ", "\n\n")))
    return made


def _disturbed(template: str, rng: random.Random) -> str:
    """Now and then a word of it is another one or gone: what stands around a name is never the same."""
    if rng.random() > _DISTURBED:
        return template
    return " ".join(
        word if "{" in word or "⏎" in word or rng.random() > _LOST else _another(word, rng)
        for word in template.split(" ")
    )


def _another(word: str, rng: random.Random) -> str:
    """Nothing, a common word, or one that nobody has ever seen, written and ending as the word does."""
    draw = rng.random()
    if draw < 0.2:
        return ""
    if draw < 0.4 or not (len(word) >= _MIN_NONCE and word.isalpha()):
        return rng.choice(common_words())
    end = word[-rng.choice((2, 3, 3, 4)) :]
    made = "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((1, 2, 2, 3)))) + end
    return made.capitalize() if word[0].isupper() else made


def fill(template: str, language: str, rng: random.Random) -> Labelled:
    """The template with its slots filled."""
    slots, text, spans, at = Slots(language, rng), "", [], 0
    for match in _SLOT.finditer(template):
        text += template[at : match.start()].replace("⏎", "\n")
        value, begins = slots.fill(match.group(1))
        label = Slots.LABELS.get(match.group(1))
        before, after = rng.choice(_DRESSES) if label == "PERSON" and rng.random() < _DRESSED else ("", "")
        if label == "PERSON" and rng.random() < _CUT:
            value = value[:begins] + value[begins:].replace(" ", "\n", 1)
        text += value[:begins] + before
        if label:
            spans.append((len(text), len(text) + len(value) - begins, label))
        text += value[begins:] + after
        at = match.end()
    return Labelled(text + template[at:].replace("⏎", "\n"), tuple(spans))


def _joined(one: Labelled, other: Labelled, gap: str) -> Labelled:
    shift = len(one.text) + len(gap)
    moved = tuple((start + shift, end + shift, label) for start, end, label in other.spans)
    return Labelled(one.text + gap + other.text, one.spans + moved)


def _worn(made: Labelled, rng: random.Random) -> Labelled:
    """As people type: in small letters, in capitals, without accents, without the last full stop, with an emoji."""
    text, draw = made.text, rng.random()
    if draw < 0.17:
        text = _same_length(text, str.lower)
    elif draw < 0.22:
        text = _same_length(text, str.upper)
    elif draw < 0.29:
        text = _names_lower(made)
    if rng.random() < 0.08:
        text = _same_length(text, _unaccented)
    if rng.random() < 0.2 and text.endswith((".", "!")) and not (made.spans and made.spans[-1][1] == len(text)):
        text = text[:-1]
    if rng.random() < 0.06:
        text += rng.choice(_EMOJI)
    return Labelled(text, made.spans)


def _names_lower(made: Labelled) -> str:
    text = made.text
    for start, end, _ in made.spans:
        text = text[:start] + _same_length(text[start:end], str.lower) + text[end:]
    return text


def _same_length(text: str, change: Callable[[str], str]) -> str:
    changed = [change(letter) for letter in text]
    return "".join(new if len(new) == 1 else old for old, new in zip(text, changed, strict=True))


def _unaccented(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter)[0]
    return plain if plain.isascii() else letter
