"""Products, which may bear a person's name, and what else a word names that is no person."""

from collections.abc import Callable

from streams.redact.ner.training.draw import Draw
from streams.redact.ner.training.people import name

_FORMS = (
    "{thing}",
    "{thing}",
    "{thing} {name}",
    "{thing} {name}",
    '{thing} "{name}"',
    "{thing} {model} {name}",
    "{thing} {name} {color}",
    "{name} {thing}",
    "{thing} {brand}",
    "{thing} '{name}'",
    "{thing} „{name}”",
    "{thing} «{name}»",
    "{thing} {name} {number}",
)


def product(draw: Draw) -> str:
    """`Lamp`, `Lamp "Marie"`, `Marie lamp`, `lamp model Marie`."""
    thing = draw.own("things")
    marked = draw.one(name(draw, "first"), name(draw, "first"), name(draw, "last"))
    form = draw.one(*_FORMS)
    return form.format(
        thing=draw.one(thing, thing, thing.lower()),
        name=marked,
        model=draw.own("models"),
        color=draw.own("colors"),
        brand=draw.shared("brands"),
        number=draw.digits(2),
    )


def own(kind: str) -> Callable[[Draw], str]:
    """Draws a word of the language's list of a kind."""
    return lambda draw: draw.own(kind)


def shared(kind: str) -> Callable[[Draw], str]:
    """Draws a word of the list of a kind that all languages share."""
    return lambda draw: draw.shared(kind)
