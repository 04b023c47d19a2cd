"""Towns, streets with house numbers, and postcodes."""

from streams.redact.ner.training.draw import Draw
from streams.redact.ner.training.lists import names
from streams.redact.ner.training.people import listed

_COMMON_STREET = 0.4
_NUMBER_ENDS = (
    *("",) * 8, "a", "b", "c", "A", "B", " A", " B", " bis", " ter", "-2", "/4", "/12", "/A", "/B", " hs", " m. 7",
    " lok. 3", ", 2.º Dto.", ", 3º izq", ", 1ºB", " bus 4", ", apt 5", " lgh 1102", " Top 7",
)  # fmt: skip


def city(draw: Draw) -> str:
    """A town where the language is spoken."""
    return draw.rng.choice(names()[draw.language]["city"])


def street(draw: Draw) -> str:
    """A street with a house number: one that every town has, or one named for a person or a town."""
    if draw.rng.random() < _COMMON_STREET:
        return _numbered(draw, _common(draw))
    pattern = draw.own("streets")
    name = draw.one(listed(draw, "last"), listed(draw, "first"), city(draw))
    whole = pattern.format(n=name.split(" ")[0].title(), N=name)
    return _numbered(draw, whole[0].upper() + whole[1:] if draw.rng.random() < 0.5 else whole)


def _common(draw: Draw) -> str:
    stem, end = draw.own("street_stems"), draw.own("street_ends")
    return f"{stem}{end}" if draw.language in ("nl", "de", "sv") else f"{stem.strip()} {end.strip()}"


def _numbered(draw: Draw, whole: str) -> str:
    number = f"{draw.rng.randint(1, 240)}{draw.one(*_NUMBER_ENDS)}"
    if draw.language in ("en", "fr") and draw.rng.random() < 0.9:
        return f"{number}{draw.one(' ', ' ', ', ')}{whole}"
    return f"{whole}{', ' if draw.language in ('es', 'it', 'pt') and draw.rng.random() < 0.6 else ' '}{number}"


def postcode(draw: Draw) -> str:
    """In the form of the language's largest country in Europe."""
    match draw.language:
        case "nl":
            return f"{draw.digits(4)}{draw.one(' ', '')}{draw.capitals(2)}"
        case "pl":
            return f"{draw.digits(2)}-{draw.digits(3)}"
        case "sv":
            return f"{draw.digits(3)} {draw.digits(2)}"
        case "pt":
            return f"{draw.digits(4)}-{draw.digits(3)}"
        case "en":
            area, district = draw.one("M", "LS", "B", "SW", "EH"), draw.digits(1)
            return f"{area}{district} {draw.digits(1)}{draw.one(*'ABDE')}{draw.one(*'HJLN')}"
        case _:
            return draw.digits(5)
