"""The shape of a task."""

from collections.abc import Callable
from dataclasses import dataclass

from avro_schemas.records import CommerceEvent
from streams.enrich.client import Parameters

MAX_TEXT_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Task:
    """One question to the model, with one label as its answer."""

    name: str
    version: str
    """Raised with every change of prompt, labels or parser: answers of two versions are not compared."""
    asks: str
    """What the text is called in the prompt, e.g. Review."""
    answers: str
    """What the label is called there, e.g. Sentiment."""
    labels: tuple[str, ...]
    text_of: Callable[[CommerceEvent], str | None]
    """The text of an event that the task reads; None when the task is not for this event."""
    examples: tuple[tuple[str, str], ...]
    """Few-shot examples: text and label."""

    def prompt(self, text: str) -> str:
        """The prompt for a text: examples, then the text, cut to the limit and kept on one line.

        On one line, because a text must not be able to write an example of its own.
        """
        shots = "".join(f"{self.asks}: {shown}\n{self.answers}: {label}\n\n" for shown, label in self.examples)
        return f"{shots}{self.asks}: {self.shown(text)}\n{self.answers}:"

    def shown(self, text: str) -> str:
        """The text as the prompt has it."""
        return " ".join(text.split())[:MAX_TEXT_CHARACTERS]

    def parameters(self, attempt: int) -> Parameters:
        """Generation parameters: one label by grammar; another seed for another attempt."""
        return Parameters(max_new_tokens=8, stop=("\n",), seed=attempt, regex=f" ({'|'.join(self.labels)})")

    def parse(self, answer: str) -> str | None:
        """The label in an answer; None when the answer is not just one. Never a guess."""
        label = answer.strip()
        return label if label in self.labels else None
