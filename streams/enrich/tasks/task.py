"""The shape of a task."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from avro_schemas.records import CommerceEvent
from streams.enrich.client import Parameters

MAX_TEXT_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Task:
    """One question to the model, with one label as its answer."""

    name: str
    version: str
    """Raised with every change of prompt, labels or parser: answers of two versions are not compared."""
    field: str
    """Name of the JSON answer's only field."""
    labels: tuple[str, ...]
    text_of: Callable[[CommerceEvent], str | None]
    """The text of an event that the task reads; None when the task is not for this event."""
    examples: tuple[tuple[str, str], ...]
    """Few-shot examples: text and label."""
    instruction: str

    def prompt(self, text: str) -> str:
        """The prompt for a text: instruction, examples, then the text, cut to the limit and kept on one line.

        On one line, because a text must not be able to write an example of its own.
        """
        shots = "".join(f"Text: {shown}\nAnswer: {self._answer(label)}\n\n" for shown, label in self.examples)
        return f"{self.instruction}\n\n{shots}Text: {_one_line(text)}\nAnswer:"

    def parameters(self, attempt: int) -> Parameters:
        """Generation parameters; another seed for another attempt."""
        return Parameters(max_new_tokens=24, stop=("\n",), seed=attempt, grammar=self._grammar())

    def parse(self, answer: str) -> str | None:
        """The label in an answer; None when the answer is not valid. Never a guess."""
        try:
            found = json.loads(answer)
        except json.JSONDecodeError:
            return None
        label = found.get(self.field) if isinstance(found, dict) and len(found) == 1 else None
        return label if label in self.labels else None

    def _answer(self, label: str) -> str:
        return json.dumps({self.field: label})

    def _grammar(self) -> dict[str, Any]:
        properties = {self.field: {"type": "string", "enum": list(self.labels)}}
        return {"type": "json", "value": {"type": "object", "properties": properties, "required": [self.field]}}


def _one_line(text: str) -> str:
    return " ".join(text.split())[:MAX_TEXT_CHARACTERS]
