"""From OpenAI's requests to TGI's parameters. Pure."""

from collections.abc import Sequence

from infra.local.model.domain import Answer
from infra.local.model.errors import RequestInvalidError, TemplateError, ToolError
from infra.local.model.wire.generate import GenerateParameters
from infra.local.model.wire.openai import ChatRequest, CompletionRequest, Message
from infra.local.model.wire.openai_responses import Usage

ROLES = frozenset({"system", "user", "assistant"})


def turns(messages: Sequence[Message]) -> list[dict[str, str]]:
    """The conversation for the chat template.

    Raises `TemplateError` when it is empty or names a role that the model does not know, and `RequestInvalidError` when
    a turn is not text.
    """
    if not messages:
        raise TemplateError("`messages` is empty")
    if any(message.role not in ROLES for message in messages):
        raise TemplateError(f"the model knows the roles {', '.join(sorted(ROLES))} only")
    texts = [message.text() for message in messages]
    if any(text is None for text in texts):
        raise RequestInvalidError("the model reads text only: leave images and tool calls out of `messages`")
    return [{"role": message.role, "content": text or ""} for message, text in zip(messages, texts, strict=True)]


def chat_parameters(body: ChatRequest) -> GenerateParameters:
    """Parameters of a chat: sampled, unless the temperature is 0. Raises `ToolError` when tools are asked for."""
    if body.tools and body.tool_choice != "none":
        raise ToolError("this model calls no tools; leave `tools` out, or set `tool_choice` to none")
    greedy = body.temperature == 0
    return GenerateParameters(
        do_sample=not greedy,
        temperature=None if greedy else body.temperature,
        top_p=body.top_p,
        frequency_penalty=body.frequency_penalty,
        max_new_tokens=body.max_tokens,
        seed=body.seed,
        stop=body.stop or [],
        grammar=body.response_format,
    )


def completion_prompt(body: CompletionRequest) -> str:
    """The one prompt of a plain completion. Raises `RequestInvalidError`."""
    if body.suffix is not None:
        raise RequestInvalidError("`suffix` is not supported; put it into the prompt")
    if len(body.prompt) != 1:
        raise RequestInvalidError(f"number of prompts must be 1. Given: {len(body.prompt)}")
    return body.prompt[0]


def completion_parameters(body: CompletionRequest) -> GenerateParameters:
    """Parameters of a plain completion: sampled, unless the temperature is 0."""
    greedy = body.temperature == 0
    return GenerateParameters(
        do_sample=not greedy,
        temperature=None if greedy else body.temperature,
        top_p=body.top_p,
        frequency_penalty=body.frequency_penalty,
        repetition_penalty=body.repetition_penalty,
        max_new_tokens=body.max_tokens,
        seed=body.seed,
        stop=body.stop or [],
    )


def usage(answer: Answer, prompt_tokens: int) -> Usage:
    """Tokens of a call."""
    generated = answer.generated_tokens
    return Usage(prompt_tokens=prompt_tokens, completion_tokens=generated, total_tokens=prompt_tokens + generated)


def finish_reason(answer: Answer) -> str:
    """TGI calls the end of sequence `stop` on OpenAI's routes, and keeps its own names for the others."""
    return "stop" if answer.finish_reason == "eos_token" else answer.finish_reason
