"""Responses of TGI's own routes."""

from typing import Literal

from pydantic import Field

from infra.local.model.wire.base import Response

FinishReason = Literal["length", "eos_token", "stop_sequence"]


class Token(Response):
    """One token of the answer. `logprob` is the natural logarithm of the model's probability for it."""

    id: int
    text: str
    logprob: float | None
    special: bool


class PrefillToken(Response):
    """One token of the prompt. llama.cpp keeps no probabilities of the prompt, so `logprob` is null."""

    id: int
    text: str
    logprob: float | None


class Details(Response):
    """How an answer came about. `seed` is null when nothing was sampled."""

    finish_reason: FinishReason
    generated_tokens: int
    seed: int | None
    prefill: list[PrefillToken]
    tokens: list[Token]
    top_tokens: list[list[Token]] = Field(default_factory=list)


class GenerateResponse(Response):
    """The answer of `/generate`, and of `/` inside a list."""

    generated_text: str
    details: Details | None = None


class StreamDetails(Response):
    """Stands in the last event of a stream."""

    finish_reason: FinishReason
    generated_tokens: int
    seed: int | None
    input_length: int


class StreamResponse(Response):
    """One event of a stream; the last one carries the whole text and the details."""

    index: int
    token: Token
    top_tokens: list[Token] = Field(default_factory=list)
    generated_text: str | None
    details: StreamDetails | None


class SimpleToken(Response):
    """A token of a text, with its place in it, in characters."""

    id: int
    text: str
    start: int
    stop: int


class ChatTokenizeResponse(Response):
    """A conversation as the model reads it."""

    tokenize_response: list[SimpleToken]
    templated_text: str


class ErrorResponse(Response):
    """Every error but a refused key."""

    error: str
    error_type: str


class Info(Response):
    """What is served, and within which limits. `docker_label` and `stand_in` say that this is no TGI."""

    model_id: str
    model_sha: str
    model_pipeline_tag: str
    max_concurrent_requests: int
    max_best_of: int
    max_stop_sequences: int
    max_input_tokens: int
    max_total_tokens: int
    validation_workers: int
    max_client_batch_size: int
    router: str
    version: str
    sha: str | None
    docker_label: str
    stand_in: bool
