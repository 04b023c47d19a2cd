"""The form of an answer: the grammar that the server is given, and the reading of what comes back."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from streams.enrich.client import Parameters
from streams.enrich.tasks.fault import FaultyAnswerError


class Form(BaseModel):
    """Base of every form: what it does not name is refused."""

    model_config = ConfigDict(extra="forbid")


class Shape(Protocol):
    """What a step's answer may look like."""

    @property
    def closed(self) -> bool:
        """Whether every valid answer is one of the task's own words: such an answer tells nothing of anybody."""

    def parameters(self, max_new_tokens: int, seed: int) -> Parameters:
        """How the server is asked."""

    def read(self, answer: str) -> Any:
        """The answer's value. FaultyAnswerError when it has another form; never a guess."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some labels, as the continuation of a line: what a small model does best."""

    labels: tuple[str, ...]
    closed: bool = True

    def parameters(self, max_new_tokens: int, seed: int) -> Parameters:
        """See Shape."""
        words = "|".join(re.escape(label) for label in self.labels)
        return Parameters(max_new_tokens, stop=("\n",), seed=seed, regex=f" ({words})")

    def read(self, answer: str) -> str:
        """See Shape."""
        label = answer.strip()
        if label not in self.labels:
            raise FaultyAnswerError("not_allowed" if label else "empty")
        return label


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON object; `model` is its JSON Schema, and reads it strictly."""

    model: type[BaseModel]
    closed: bool = False

    def parameters(self, max_new_tokens: int, seed: int) -> Parameters:
        """See Shape."""
        return Parameters(max_new_tokens, stop=("\n",), seed=seed, schema=schema_of(self.model))

    def read(self, answer: str) -> Any:
        """See Shape. The value is the object as plain data."""
        if not answer.strip():
            raise FaultyAnswerError("empty")
        try:
            found = json.loads(answer)
        except (ValueError, RecursionError):
            raise FaultyAnswerError("not_json") from None
        try:
            return self.model.model_validate(found, strict=True).model_dump()
        except ValidationError:
            raise FaultyAnswerError("not_allowed") from None


def schema_of(model: type[BaseModel]) -> Mapping[str, Any]:
    """The model's JSON Schema without titles and prose, which no grammar needs."""
    found: Mapping[str, Any] = _bare(model.model_json_schema())
    return found


def _bare(node: Any) -> Any:
    if isinstance(node, list):
        return [_bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {name: _bare(field) for name, field in value.items()} if key == "properties" else _bare(value)
        for key, value in node.items()
        if key not in {"title", "description"}
    }
