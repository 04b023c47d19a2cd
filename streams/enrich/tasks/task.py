"""The shape of a task: data and pure functions. What asks, when and how often is streams.enrich.asking.ask's."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel

from avro_schemas.records import CommerceEvent
from streams.enrich.client import Parameters
from streams.enrich.tasks.fault import SAID
from streams.enrich.tasks.shapes import schema_of
from streams.enrich.tasks.step import Answers, Source, Step
from streams.enrich.tasks.text import Shown, cut, one_line, token_bound

Lane = Literal["checkout", "batch"]
_LONGEST_NOTE = max(token_bound(said) for said in SAID.values()) + 1


@dataclass(frozen=True, slots=True)
class Answer:
    """A validated answer. ``label``: its main word, None where it has none; ``value``: JSON's own types.

    ``language``: ISO 639-1, of the text it is about or was written in; None when it is not known.
    """

    label: str | None = field(repr=False)
    value: Mapping[str, Any] = field(repr=False)
    language: str | None = None

    @property
    def text(self) -> str:
        """The answer as the record holds it: JSON, keys sorted."""
        return json.dumps(self.value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Golden:
    """An example of what the task is for, with the label that a good model finds."""

    text: str
    label: str | None
    language: str = "en"


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One question about an event."""

    name: str
    version: str
    """Raised with every change of prompts, labels or rules: answers of two versions are not compared."""
    about: str
    events: str
    """Which events, in words."""
    lane: Lane
    deadline_s: float
    """Longest time from asking to the result, tries and repair included; a checkout task ends then, answered or not."""
    patience_s: float | None
    """How long an event may have waited in Kafka: an older one is skipped, on record. None: it is always asked."""
    source_of: Callable[[CommerceEvent], Source | None]
    """What it reads; None when it is not for this event."""
    steps: tuple[Step, ...]
    answer: type[BaseModel]
    """JSON Schema of the answer's body."""
    conclude: Callable[[Source, Answers], Answer]
    """The answer from those to the steps, all of which are valid."""
    goldens: tuple[Golden, ...]
    labels: tuple[str, ...] = ()
    """What `Answer.label` may be; none where an answer has no main word."""
    max_characters: int = 2_000
    """Of the text; the rest is cut off."""
    read_once: bool = False
    """Whether a text that an event tells again is not asked about again."""

    def shown(self, source: Source, max_input_tokens: int | None = None) -> Shown:
        """The text as its prompts have it: on one line, within the task's limit and the model's."""
        line = one_line(source.text)
        if max_input_tokens is None:
            return cut(line, self.max_characters)
        around = max(step.token_bound(source) for step in self.steps) + _LONGEST_NOTE
        return cut(line, self.max_characters, max(0, max_input_tokens - around))

    def concluded(self, source: Source, answers: Answers) -> Answer:
        """See `conclude`; held to the schema. pydantic.ValidationError is a defect of the task."""
        found = self.conclude(source, answers)
        return Answer(found.label, self.answer.model_validate(found.value).model_dump(), source.language)


@cache
def configuration_hash(task: Task) -> str:
    """First 16 hex digits of SHA-256 over prompts, grammars, limits and schema: what `version` stands for."""
    steps = [(one.name, one.written, _jsonable(one.parameters(1))) for one in task.steps]
    said = [task.name, task.version, task.max_characters, steps, dict(schema_of(task.answer)), dict(SAID)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _jsonable(parameters: Parameters) -> dict[str, Any]:
    return {key: dict(value) if isinstance(value, Mapping) else value for key, value in asdict(parameters).items()}
