"""A labelled set: one JSON object a line with `text` and `label`, perhaps `language`, `country` and `difficulty`.

The label may also stand under its own name, `sentiment` or `intent`, and the difficulty under `kind`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

Difficulty = Literal["obvious", "tricky"]


class SetError(ValueError):
    """A line of a set is wrong; the message names file, line and field, and nothing of the text."""


class Labelled(BaseModel):
    """One text with the label that is right. Fields that are not named here are for people."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    text: str = Field(min_length=1, repr=False)
    label: str = Field(min_length=1, validation_alias=AliasChoices("label", "sentiment", "intent"))
    language: str = "en"
    country: str | None = None
    difficulty: Difficulty | None = Field(default=None, validation_alias=AliasChoices("difficulty", "kind"))


def read_set(path: Path, labels: tuple[str, ...]) -> tuple[Labelled, ...]:
    """The set's texts; SetError when a line is no such object, or has a label that the task does not know."""
    found = tuple(_lines(path, labels))
    if not found:
        raise SetError(f"{path.name}: holds no text: write one JSON object a line")
    return found


def _lines(path: Path, labels: tuple[str, ...]) -> Iterator[Labelled]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        one = _line(path, number, line)
        if one.label not in labels:
            raise SetError(f"{path.name}:{number}: label: no label of the task: use one of {', '.join(labels)}")
        yield one


def _line(path: Path, number: int, line: str) -> Labelled:
    try:
        content: Any = json.loads(line)
        return Labelled.model_validate(content)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'line'}: {one['msg']}" for one in error.errors())
        raise SetError(f"{path.name}:{number}: {wrong}") from None
    except ValueError:
        raise SetError(f"{path.name}:{number}: no JSON: write one object a line") from None
