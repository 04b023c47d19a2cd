"""Names of people in their many forms."""

import string

from streams.redact.ner.training.draw import Draw
from streams.redact.ner.training.inflection import inflected
from streams.redact.ner.training.lists import FOREIGN, LANGUAGES, names

# Shares: names of other countries, half of them of another of the nine languages; names made of two halves.
_FOREIGN, _BLENDED = 0.22, 0.3
_DOUBLE_FIRST, _MIDDLE, _FOUR_NAMES = 0.07, 0.06, 0.15
# One draw decides on a family name: below the first a particle, below the second another name beside it.
_PARTICLE, _DOUBLE_LAST, _DOUBLE_LAST_IBERIAN = 0.2, 0.28, 0.6
_IBERIAN, _ROMANCE = ("es", "pt"), ("es", "pt", "it", "fr")
_PARTICLES = {
    "nl": ("van", "de", "van der", "van den", "van de", "ter", "'t", "den"),
    "de": ("von", "zu", "von der", "vom"),
    "fr": ("de", "du", "Le", "La", "de la", "d'"),
    "es": ("de", "del", "de la", "de los"),
    "it": ("De", "Di", "Dal", "D'", "Della", "Lo"),
    "pt": ("da", "de", "dos", "do", "e"),
    "sv": ("af", "von"),
    "pl": (),
    "en": ("O'", "Mc", "Mac", "Fitz"),
}
_JOINED = ("Mac", "Fitz")


def source(draw: Draw, kind: str) -> list[str]:
    """The list to take a `first` or `last` name from: mostly the language's own."""
    chance = draw.rng.random()
    if chance < _FOREIGN / 2:
        return names()[FOREIGN][kind]
    if chance < _FOREIGN:
        return names()[draw.one(*LANGUAGES)][kind]
    return names()[draw.language][kind]


def listed(draw: Draw, kind: str) -> str:
    """A `first` or `last` name as a list has it."""
    return draw.rng.choice(source(draw, kind))


def name(draw: Draw, kind: str) -> str:
    """A `first` or `last` name of the lists; now and then one that is in no list, made of two."""
    one = listed(draw, kind)
    if draw.rng.random() > _BLENDED:
        return one
    other = listed(draw, kind)
    front, back = one[: max(2, len(one) * 2 // 3)], other[-max(2, len(other) // 2) :].lower()
    return (front + back).replace(" ", "")


def first(draw: Draw) -> str:
    """`Anne`, `Anne-Marie`."""
    one = name(draw, "first")
    if draw.rng.random() < _DOUBLE_FIRST:
        return f"{one}{draw.one('-', ' ')}{name(draw, 'first')}"
    return one


def last(draw: Draw) -> str:
    """`Vries`, `van der Vries`, `Vries-Berg`, `García López`."""
    one = name(draw, "last")
    chance, particles = draw.rng.random(), _PARTICLES[draw.language]
    if particles and chance < _PARTICLE and " " not in one:
        particle = draw.one(*particles)
        return f"{particle}{one}" if particle[-1] in "'c" or particle in _JOINED else f"{particle} {one}"
    iberian = draw.language in _IBERIAN
    if chance < _DOUBLE_LAST or (iberian and chance < _DOUBLE_LAST_IBERIAN):
        return f"{one}{_joint(draw) if iberian else '-'}{name(draw, 'last')}"
    return one


def _joint(draw: Draw) -> str:
    rare = " y " if draw.rng.random() < 0.1 else " "
    return draw.one(" ", " ", "-", rare)


def full(draw: Draw) -> str:
    """`Anne de Vries`, `Anne B. de Vries`, `María Carmen García López`."""
    middle = f"{draw.one(*string.ascii_uppercase)}. " if draw.rng.random() < _MIDDLE else ""
    if draw.language in _ROMANCE and draw.rng.random() < _FOUR_NAMES:
        return f"{first(draw)} {first(draw)} {last(draw)} {last(draw)}"
    return f"{first(draw)} {middle}{last(draw)}"


def initials(draw: Draw) -> str:
    """`A. de Vries`, `A.B. de Vries`, `AB de Vries`."""
    letters = draw.rng.choices(string.ascii_uppercase, k=draw.rng.choice((1, 1, 1, 2, 3)))
    style = draw.one(".", ". ", "", ".")
    return f"{style.join(letters)}{style.rstrip()} {last(draw)}"


def shouted(draw: Draw) -> str:
    """`Anne DE VRIES`, `DE VRIES Anne`."""
    given, family = first(draw), last(draw).upper()
    return f"{given} {family}" if draw.rng.random() < 0.6 else f"{family} {given}"


def last_first(draw: Draw) -> str:
    """`de Vries, Anne`."""
    return f"{last(draw)}, {first(draw)}"


def first_inflected(draw: Draw) -> str:
    """`Annes`, `Annę`: a given name with an ending."""
    return inflected(draw, first(draw))


def last_inflected(draw: Draw) -> str:
    """`Kowalskiego`: a family name with an ending."""
    return inflected(draw, last(draw))
