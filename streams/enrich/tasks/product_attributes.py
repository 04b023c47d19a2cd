"""Colours, materials, sizes and search keywords of a product; each stands in the product's own words, or is dropped."""

import re
from typing import Annotated

from pydantic import Field, StringConstraints

from streams.enrich.tasks.fault import FaultyAnswerError
from streams.enrich.tasks.reading import product
from streams.enrich.tasks.shapes import Form, Json
from streams.enrich.tasks.step import ANY, Answers, Source, Step
from streams.enrich.tasks.task import Answer, Golden, Task
from streams.enrich.tasks.text import one_line

_Term = Annotated[str, StringConstraints(min_length=1, max_length=30)]
_WORD = re.compile(r"\w+")


class ProductAttributes(Form):
    """The answer; every term in small letters."""

    colours: list[_Term] = Field(max_length=4)
    materials: list[_Term] = Field(max_length=4)
    sizes: list[_Term] = Field(max_length=4)
    keywords: list[_Term] = Field(max_length=6)


def _grounded(source: Source, value: dict[str, list[str]]) -> dict[str, list[str]]:
    """The terms whose words stand in the text one after the other. FaultyAnswerError when none of several does."""
    text = f" {_words(one_line(source.text))} "
    kept = {
        key: list(dict.fromkeys(found for term in terms if (found := _words(term)) and f" {found} " in text))
        for key, terms in value.items()
    }
    if any(value.values()) and not any(kept.values()):
        raise FaultyAnswerError("ungrounded")
    return kept


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _conclude(_source: Source, answers: Answers) -> Answer:
    return Answer(None, answers["attributes"])


_SHOTS = (
    (
        "Red cotton T-shirt, size M (Clothing)",
        '{"colours": ["red"], "materials": ["cotton"], "sizes": ["m"], "keywords": ["t-shirt", "clothing"]}',
    ),
    (
        "Eettafel eikenhout 180 cm (Meubels)",
        '{"colours": [], "materials": ["eikenhout"], "sizes": ["180 cm"], "keywords": ["eettafel", "meubels"]}',
    ),
    (
        "Ledertasche schwarz-braun (Taschen)",
        '{"colours": ["schwarz", "braun"], "materials": [], "sizes": [], "keywords": ["ledertasche", "taschen"]}',
    ),
    (
        "Gift card (Vouchers)",
        '{"colours": [], "materials": [], "sizes": [], "keywords": ["gift card", "vouchers"]}',
    ),
)
_TEMPLATE = "".join(f'Product: "{text}"\nAttributes:\n{found}\n\n' for text, found in _SHOTS)

PRODUCT_ATTRIBUTES = Task(
    name="product_attributes",
    version="1",
    about="Colours, materials, sizes and search keywords of a product, all from its own words.",
    events="products on sale, new and changed, variations left out",
    lane="batch",
    deadline_s=60.0,
    patience_s=24 * 3600.0,
    source_of=product,
    steps=(
        Step(
            "attributes",
            {ANY: _TEMPLATE + '{note}Product: "{text}"\nAttributes:\n'},
            Json(ProductAttributes),
            max_new_tokens=96,
            rule=_grounded,
        ),
    ),
    answer=ProductAttributes,
    conclude=_conclude,
    goldens=(Golden("Blue woollen scarf (Accessories)", None), Golden("Vase aus Glas, 30 cm (Deko)", None, "de")),
    max_characters=400,
)
