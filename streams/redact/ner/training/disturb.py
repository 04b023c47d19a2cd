"""Templates with other words in them, so that what stands around a name is never the same."""

import random

from streams.redact.ner.training.lists import common_words

_DISTURBED, _LOST = 0.6, 0.18
# Of the words that go, one in five leaves nothing and one in five a common word; the rest become words of nobody's.
_NOTHING, _COMMON = 0.2, 0.4
_MIN_INVENTED = 4
_SPOKEN = """
ba be bra dru fel fo ge glo gri ha hel in ka ke kla kno la li lo ma men mo na ne no ob om pa per pla po pre
qua ra re ri ro sa se ska sli so spi sta stro ta te ti to tra un va ver vi vo wa wel za zo zwi aan be ent ver
auf des em en im con com dis
"""
_SYLLABLES = tuple(_SPOKEN.split())


def disturbed(template: str, rng: random.Random) -> str:
    """The template, mostly with some of its words gone or replaced; slots and line ends stay."""
    if rng.random() > _DISTURBED:
        return template
    return " ".join(
        word if "{" in word or "⏎" in word or rng.random() > _LOST else _another(word, rng)
        for word in template.split(" ")
    )


def _another(word: str, rng: random.Random) -> str:
    """Nothing, a common word, or one that nobody has ever seen, written and ending as the word does."""
    draw = rng.random()
    if draw < _NOTHING:
        return ""
    if draw < _COMMON or not (len(word) >= _MIN_INVENTED and word.isalpha()):
        return rng.choice(common_words())
    end = word[-rng.choice((2, 3, 3, 4)) :]
    made = "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((1, 2, 2, 3)))) + end
    return made.capitalize() if word[0].isupper() else made
