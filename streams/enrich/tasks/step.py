"""One call of a task: its prompt, its grammar, and what its answer is held to. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from streams.enrich.client import Parameters
from streams.enrich.tasks.fault import SAID, Wrong
from streams.enrich.tasks.nearest import Bank, Example
from streams.enrich.tasks.shapes import Shape
from streams.enrich.tasks.text import token_bound

ANY = ""
"""Key of the template for every language that has none of its own."""
_SLOT = re.compile(r"\{(text|note|shots)\}")


@dataclass(frozen=True, slots=True)
class Source:
    """What a task reads of an event. ``language``: ISO 639-1, of the text or asked for; None when it is not known."""

    text: str = field(repr=False)
    language: str | None = None


Answers = Mapping[str, Any]
"""The answers to a task's steps, by step."""


@dataclass(frozen=True, slots=True)
class Shots:
    """Examples that are chosen by their likeness to the text. ``form``: one of them, with `%s` for text and label."""

    bank: Bank
    count: int
    form: str

    def of(self, shown: str) -> str:
        """The examples for a text."""
        return self._written(self.bank.nearest(shown, self.count))

    @property
    def longest(self) -> str:
        """No choice of examples is longer."""
        return self._written(self.bank.longest(self.count))

    def _written(self, examples: tuple[Example, ...]) -> str:
        return "".join(self.form % (one.text, one.label) for one in examples)


def _accept(_source: Source, value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Step:
    """One call to the model. A task for a small model has several small steps, one for a large model may have one."""

    name: str
    template: Mapping[str, str]
    """By language, ANY for the rest. `{note}` stands where a repair speaks, `{text}` where the text does."""
    shape: Shape
    max_new_tokens: int = 8
    rule: Callable[[Source, Any], Any] = _accept
    """What the task demands beyond the form; returns the value that counts, or raises FaultyAnswerError."""
    shots: Shots | None = None
    """Fills `{shots}`."""

    def prompt(self, source: Source, shown: str, wrong: Wrong | None = None) -> str:
        """What the model reads. All slots are filled at once, so that a text cannot bring a slot of its own."""
        filled = {
            "text": shown,
            "note": f"{SAID[wrong]}\n" if wrong else "",
            "shots": self.shots.of(shown) if self.shots else "",
        }
        return _SLOT.sub(lambda slot: filled[slot.group(1)], self._template(source))

    def parameters(self, asked: int) -> Parameters:
        """`asked`: 1 for the first answer, 2 for its repair, which has another seed."""
        return self.shape.parameters(self.max_new_tokens, asked)

    def token_bound(self, source: Source) -> int:
        """More tokens than prompt and answer have beside the text."""
        shots = token_bound(self.shots.longest) if self.shots else 0
        return token_bound(self._template(source)) + shots + self.max_new_tokens

    @property
    def written(self) -> list[Any]:
        """Everything that shapes its prompts, as JSON's own types."""
        shots = self.shots
        bank = [shots.form, shots.count, *([one.text, one.label] for one in shots.bank.examples)] if shots else []
        return [dict(self.template), bank]

    def _template(self, source: Source) -> str:
        return self.template.get(source.language or ANY) or self.template[ANY]


def few_shot(asks: str, answers: str, shots: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """A template of examples, for completion: each text stands on a line of its own, its answer on the next.

    Not in quotes: a small model takes a quoted review for a complaint.
    """
    shown = "".join(f"{asks}: {text}\n{answers}: {label}\n\n" for text, label in shots)
    return {ANY: f"{shown}{{note}}{asks}: {{text}}\n{answers}:"}


def nearest_shots(asks: str, answers: str) -> Mapping[str, str]:
    """As few_shot, with the examples that Step.shots chooses; here texts are quoted."""
    return {ANY: f'{{shots}}{{note}}{asks}: "{{text}}"\n{answers}:'}


def shot_form(asks: str, answers: str) -> str:
    """The form of one example of nearest_shots."""
    return f'{asks}: "%s"\n{answers}: %s\n\n'
