"""A message to a shopper who left a cart, in their language; who, where and which shop are placeholders.

The model is told nothing about the shopper, the cart or the shop, so that it has nothing to let out and nothing to be
wrong about: the shop fills the placeholders in when it sends.
"""

import re
from typing import Annotated

from pydantic import StringConstraints

from streams.enrich.tasks.fault import FaultyAnswerError
from streams.enrich.tasks.messages import EXAMPLES, INVENTED, NAMES
from streams.enrich.tasks.reading import abandoned_cart
from streams.enrich.tasks.shapes import Form, Json
from streams.enrich.tasks.spoken import is_in
from streams.enrich.tasks.step import ANY, Answers, Source, Step
from streams.enrich.tasks.task import Answer, Golden, Task

PLACEHOLDERS = ("{first_name}", "{cart_link}", "{shop}")
_SLOT = re.compile(r"\{[^{}]*\}|[{}]|<[^>]*>")
# Digits, money, per cent and links are facts, and the model knows none.
_FACT = re.compile(r"[\d€$£%]|https?:|www\.|@", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_Text = Annotated[str, StringConstraints(min_length=40, max_length=400)]


class Written(Form):
    """What the model writes."""

    message: _Text


class CartRecovery(Form):
    """The answer. ``language``: ISO 639-1."""

    language: str
    message: _Text


def _rule(source: Source, value: dict[str, str]) -> dict[str, str]:
    """The message when it has each placeholder once, no other, no fact, and the shopper's language."""
    message = " ".join(value["message"].split())
    if sorted(_SLOT.findall(message)) != sorted(PLACEHOLDERS):
        raise FaultyAnswerError("placeholders")
    prose = _SLOT.sub(" ", message)
    if _FACT.search(prose) or INVENTED & set(_WORD.findall(prose.casefold())):
        raise FaultyAnswerError("invented")
    if source.language is None or not is_in(prose, source.language):
        raise FaultyAnswerError("wrong_language")
    return {"message": message}


def _conclude(source: Source, answers: Answers) -> Answer:
    return Answer(None, {"language": source.language, **answers["message"]})


def _template(language: str) -> str:
    shots = "".join(f'Message in {NAMES[language]}:\n{{"message": "{text}"}}\n\n' for text in EXAMPLES[language])
    return (
        f"Friendly short messages to customers who left their cart.\n\n{shots}{{note}}Message in {NAMES[language]}:\n"
    )


CART_RECOVERY = Task(
    name="cart_recovery",
    version="1",
    about="A message to a shopper who left a cart, in their language, with placeholders for who, where and which shop.",
    events="carts that were abandoned by a known shopper of a country with one language",
    lane="batch",
    deadline_s=60.0,
    patience_s=2 * 3600.0,
    source_of=abandoned_cart,
    steps=(
        Step(
            "message",
            {**{language: _template(language) for language in EXAMPLES}, ANY: _template("en")},
            Json(Written),
            max_new_tokens=140,
            rule=_rule,
        ),
    ),
    answer=CartRecovery,
    conclude=_conclude,
    goldens=(Golden("", None, "en"), Golden("", None, "nl")),
    max_characters=0,
)
