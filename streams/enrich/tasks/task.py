"""The shape of a task: data and pure functions. What asks, when and how often is streams.enrich.asking's."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pydantic import BaseModel

from avro_schemas.records import CommerceEvent
from streams.enrich.client import Parameters
from streams.enrich.tasks.fault import SAID, Wrong
from streams.enrich.tasks.shapes import Shape, schema_of
from streams.enrich.tasks.text import Shown, cut, one_line, token_bound

Lane = Literal["checkout", "batch"]
ANY = ""
"""Key of the template for every language that has none of its own."""
_SLOT = re.compile(r"\{(text|note)\}")


@dataclass(frozen=True, slots=True)
class Source:
    """What a task reads of an event. ``language``: ISO 639-1, of the text or asked for; None when it is not known."""

    text: str = field(repr=False)
    language: str | None = None


Answers = Mapping[str, Any]
"""The answers to a task's steps, by step."""


def _accept(_source: Source, value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Step:
    """One call to the model. A task for a small model has several small steps, one for a large model may have one."""

    name: str
    template: Mapping[str, str]
    """By language, ANY for the rest; holds `{note}` where a repair speaks, and `{text}` where the text stands."""
    shape: Shape
    max_new_tokens: int = 8
    rule: Callable[[Source, Any], Any] = _accept
    """What the task demands beyond the form; returns the value that counts, or raises FaultyAnswerError."""

    def template_for(self, source: Source) -> str:
        """The template that fits the source's language."""
        return self.template.get(source.language or ANY) or self.template[ANY]

    def prompt(self, source: Source, shown: str, wrong: Wrong | None = None) -> str:
        """What the model reads. Both slots are filled at once, so that a text cannot bring a slot of its own."""
        filled = {"text": shown, "note": f"{SAID[wrong]}\n" if wrong else ""}
        return _SLOT.sub(lambda slot: filled[slot.group(1)], self.template_for(source))

    def parameters(self, asked: int) -> Parameters:
        """`asked`: 1 for the first answer, 2 for its repair, which has another seed."""
        return self.shape.parameters(self.max_new_tokens, asked)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a task found out. ``label``: its main word; None where the answer has no such word."""

    label: str | None
    body: Mapping[str, Any] = field(repr=False)

    @property
    def json(self) -> str:
        """The body as text, always the same for the same answer."""
        return json.dumps(self.body, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Golden:
    """An example of what the task is for, with the label that a good model finds."""

    text: str
    label: str | None
    language: str = "en"


@dataclass(frozen=True, slots=True)
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
    max_characters: int = 2_000
    """Of the text; the rest is cut off."""
    read_once: bool = False
    """Whether a text that an event tells again is not asked about again."""

    def shown(self, source: Source, max_input_tokens: int | None = None) -> Shown:
        """The text as its prompts have it: on one line, within the task's limit and the model's."""
        line = one_line(source.text)
        if max_input_tokens is None:
            return cut(line, self.max_characters)
        around = max(token_bound(step.template_for(source)) + step.max_new_tokens for step in self.steps)
        longest_note = max(token_bound(said) for said in SAID.values())
        return cut(line, self.max_characters, max(0, max_input_tokens - around - longest_note))

    def concluded(self, source: Source, answers: Answers) -> Answer:
        """See `conclude`; held to the schema. pydantic.ValidationError is a defect of the task."""
        found = self.conclude(source, answers)
        return Answer(found.label, self.answer.model_validate(found.body).model_dump())

    @property
    def configuration_hash(self) -> str:
        """First 16 hex digits of SHA-256 over prompts, grammars, limits and schema: what `version` stands for."""
        steps = [(one.name, dict(one.template), _jsonable(one.parameters(1))) for one in self.steps]
        said = [self.name, self.version, self.max_characters, steps, dict(schema_of(self.answer)), dict(SAID)]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _jsonable(parameters: Parameters) -> dict[str, Any]:
    return {key: dict(value) if isinstance(value, Mapping) else value for key, value in asdict(parameters).items()}


def few_shot(asks: str, answers: str, shots: tuple[tuple[str, str], ...], *, instruction: str = "") -> Mapping[str, str]:
    """A template of examples, for completion: each text is quoted on one line, its answer stands on the next."""
    head = f"{instruction}\n\n" if instruction else ""
    shown = "".join(f'{asks}: "{text}"\n{answers}: {label}\n\n' for text, label in shots)
    return {ANY: f'{head}{shown}{{note}}{asks}: "{{text}}"\n{answers}:'}
