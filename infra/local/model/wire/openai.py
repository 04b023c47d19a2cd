"""Requests of the routes that OpenAI's clients call: chat and plain completions."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from infra.local.model.wire.base import Request
from infra.local.model.wire.generate import Grammar, Seed, Unsigned


class TextPart(Request):
    """A part of a message that is text."""

    type: Literal["text"]
    text: str


class ImagePart(Request):
    """A part of a message that is an image. The model reads text only; validation says so."""

    type: Literal["image_url"]
    image_url: Any


class Message(Request):
    """One turn of a conversation."""

    role: str
    content: str | list[Annotated[TextPart | ImagePart, Field(discriminator="type")]] | None = None
    tool_calls: list[Any] | None = None

    def text(self) -> str | None:
        """The turn's text; `None` when it holds anything that is not text."""
        if self.tool_calls or self.content is None:
            return None
        if isinstance(self.content, str):
            return self.content
        texts = [part.text for part in self.content if isinstance(part, TextPart)]
        return "".join(texts) if len(texts) == len(self.content) else None


class StreamOptions(Request):
    """What a stream carries beside its tokens."""

    include_usage: bool = False


class ChatRequest(Request):
    """A conversation to be continued."""

    messages: list[Message]
    frequency_penalty: float | None = None
    max_tokens: Unsigned | None = None
    model: str | None = None
    presence_penalty: float | None = None
    response_format: Grammar | None = None
    seed: Seed | None = None
    stop: list[str] | None = None
    stream: bool = False
    stream_options: StreamOptions | None = None
    temperature: float | None = None
    tool_choice: Any = None
    tools: list[Any] | None = None
    top_p: float | None = None


class CompletionRequest(Request):
    """A prompt to be continued."""

    prompt: list[str]
    frequency_penalty: float | None = None
    max_tokens: Unsigned | None = None
    model: str | None = None
    repetition_penalty: float | None = None
    seed: Seed | None = None
    stop: list[str] | None = None
    stream: bool = False
    suffix: str | None = None
    temperature: float | None = None
    top_p: float | None = None

    @field_validator("prompt", mode="before")
    @classmethod
    def _one_prompt_is_a_list_of_one(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value
