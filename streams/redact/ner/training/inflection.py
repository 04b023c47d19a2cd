"""Endings that a name takes in a sentence: genitives, and the cases of Polish."""

from streams.redact.ner.training.draw import Draw

_UNINFLECTED = 0.15
_ENDINGS = {
    "pl": ("a", "owi", "iem", "em", "ą", "ę", "ie", "y", "i"),
    "nl": ("s", "'s"),
    "de": ("s", "'s"),
    "sv": ("s",),
    "en": ("'s",),
}


def inflected(draw: Draw, name: str) -> str:
    """The name with an ending of the draw's language, where that language has any for names."""
    endings = _ENDINGS.get(draw.language)
    if not endings or draw.rng.random() < _UNINFLECTED:
        return name
    ending = draw.one(*endings)
    return _polish(draw, name, ending) if draw.language == "pl" else name + ending


def _polish(draw: Draw, name: str, ending: str) -> str:
    if name.endswith(("ski", "cki", "dzki")):
        return name[:-1] + draw.one("iego", "iemu", "im")
    if name.endswith(("ska", "cka")):
        return name[:-1] + draw.one("iej", "ą")
    return (name[:-1] if name[-1] in "aieoy" else name) + ending
