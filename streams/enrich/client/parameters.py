"""What is asked of a model beside the prompt. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameters:
    """Generation parameters, as TGI names them, in terms that every engine understands.

    Always greedy, so that the same prompt gives the same answer on the same revision. `stop`: sequences that end the
    answer and are no part of it, at most four (TGI's limit). `schema`: JSON Schema of the answer; TGI wants
    `properties` at its top. `regex`: the whole answer. At most one of the two; ValueError otherwise.
    """

    max_new_tokens: int
    stop: tuple[str, ...] = ()
    seed: int = 1
    schema: Mapping[str, Any] | None = None
    regex: str | None = None

    def __post_init__(self) -> None:
        if self.schema is not None and self.regex is not None:
            raise ValueError("schema and regex both shape the answer: give one of them")
        if self.max_new_tokens < 1:
            raise ValueError("max_new_tokens below 1: an answer has a token at least")
        if len(self.stop) > 4 or "" in self.stop:
            raise ValueError("stop holds an empty sequence or more than four: TGI takes four at most")
