"""Responses of the routes that OpenAI's clients call."""

from typing import Literal

from infra.local.model.wire.base import Response


class Usage(Response):
    """Tokens of one call."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class TextMessage(Response):
    """A turn, or a piece of one."""

    role: Literal["assistant"]
    content: str


class ChatChoice(Response):
    """The answer. There is always one."""

    index: int
    message: TextMessage
    logprobs: None
    finish_reason: str


class ChatCompletion(Response):
    """The answer of `/v1/chat/completions`."""

    object: Literal["chat.completion"]
    id: str
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChatChoice]
    usage: Usage


class ChatChunkChoice(Response):
    """A piece of the answer."""

    index: int
    delta: TextMessage
    logprobs: None
    finish_reason: str | None


class ChatCompletionChunk(Response):
    """One event of a chat stream."""

    object: Literal["chat.completion.chunk"]
    id: str
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChatChunkChoice]
    usage: Usage | None


class CompletionChoice(Response):
    """A continuation, or a piece of one; `finish_reason` is empty until the last piece."""

    index: int
    text: str
    logprobs: None
    finish_reason: str


class Completion(Response):
    """The answer of `/v1/completions`; an event of its stream has no `usage`."""

    object: Literal["text_completion"]
    id: str
    created: int
    model: str
    system_fingerprint: str
    choices: list[CompletionChoice]
    usage: Usage | None = None


class ModelInfo(Response):
    """One model of `/v1/models`."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelList(Response):
    """The answer of `/v1/models`."""

    object: Literal["list"]
    data: list[ModelInfo]
