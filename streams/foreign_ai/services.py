"""The data file of foreign AI services, read once: what their keys look like and where their APIs are reached."""

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError, model_validator

FILE = Path(__file__).parent / "services.yaml"
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
Fragment = Annotated[str, Field(min_length=3, max_length=60, pattern=r"^[^A-Z\s]+$")]
# The bounds that keep a look at one place short: no nested repetition, none without an end.
_UNBOUNDED = re.compile(r"(?<!\\)[*+](?![^\[]*\])|\{\d+,\}|\)\{")


class ForeignAiError(ValueError):
    """The data file is wrong; the message names the file and the rule."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KeyFormat(_Strict):
    """One form of a service's keys; the comments of the data file tell what each field means."""

    rule: Name
    pattern: str
    starts: tuple[Fragment, ...] = ()
    needs_word: bool = False
    entropy: float = Field(default=3.0, ge=0, le=8)

    @property
    def by_word(self) -> bool:
        """Whether such a key counts only where a word of the service is near."""
        return self.needs_word or not self.starts

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"{self.rule}: {error}") from None
        if _UNBOUNDED.search(self.pattern):
            raise ValueError(f"{self.rule}: every repetition needs an upper bound, and none may hold another")
        return self


class Service(_Strict):
    """One service."""

    sources: Annotated[tuple[HttpUrl, ...], Field(min_length=1)]
    words: tuple[Fragment, ...] = ()
    keys: tuple[KeyFormat, ...] = ()
    hosts: tuple[Fragment, ...] = ()

    @model_validator(mode="after")
    def _words_where_needed(self) -> Self:
        if any(key.by_word for key in self.keys) != bool(self.words):
            raise ValueError("`words` is for keys that count by a word of the service, and must be given there")
        return self


class ForeignAi(_Strict):
    """All services, in the order in which their keys are tried."""

    version: str
    hearsay: tuple[str, ...]
    services: dict[Name, Service]


def read_services(path: Path = FILE) -> ForeignAi:
    """Read the file strictly; ForeignAiError when it is wrong."""
    try:
        return ForeignAi.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ForeignAiError(f"foreign AI services {path.name}: {error}") from None


@cache
def services() -> ForeignAi:
    """The services in force."""
    return read_services()
