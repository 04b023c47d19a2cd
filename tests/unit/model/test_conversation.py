"""From OpenAI's requests to TGI's parameters."""

from typing import Any

import pytest

from infra.local.model.conversation import (
    chat_parameters,
    completion_prompt,
    finish_reason,
    turns,
)
from infra.local.model.domain import Answer
from infra.local.model.errors import InferError, RequestInvalidError, TemplateError, ToolError
from infra.local.model.wire.openai import ChatRequest, CompletionRequest
from infra.local.model.wire.responses import FinishReason

USER = {"role": "user", "content": "hello"}


def chat(**given: Any) -> ChatRequest:
    return ChatRequest.model_validate({"messages": [USER], **given})


def test_a_chat_is_sampled_unless_its_temperature_is_zero() -> None:
    assert chat_parameters(chat()).do_sample
    greedy = chat_parameters(chat(temperature=0))
    assert (greedy.do_sample, greedy.temperature) == (False, None)


def test_text_parts_are_joined() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert turns(chat(messages=[{"role": "user", "content": parts}]).messages) == [{"role": "user", "content": "ab"}]


@pytest.mark.parametrize(
    ("messages", "error"),
    [
        ([], TemplateError),
        ([{"role": "tool", "content": "x"}], TemplateError),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}], RequestInvalidError),
        ([{"role": "assistant", "tool_calls": []}], RequestInvalidError),
    ],
)
def test_a_conversation_that_the_model_cannot_read_is_refused(messages: list[Any], error: type[InferError]) -> None:
    with pytest.raises(error):
        turns(chat(messages=messages).messages)


def test_tools_are_refused_unless_none_is_chosen() -> None:
    with pytest.raises(ToolError):
        chat_parameters(chat(tools=[{"type": "function"}]))
    chat_parameters(chat(tools=[{"type": "function"}], tool_choice="none"))


def test_a_completion_has_one_prompt() -> None:
    assert completion_prompt(CompletionRequest.model_validate({"prompt": "a"})) == "a"
    assert completion_prompt(CompletionRequest.model_validate({"prompt": ["a"]})) == "a"
    with pytest.raises(RequestInvalidError, match="Given: 2"):
        completion_prompt(CompletionRequest.model_validate({"prompt": ["a", "b"]}))
    with pytest.raises(RequestInvalidError, match="suffix"):
        completion_prompt(CompletionRequest.model_validate({"prompt": "a", "suffix": "b"}))


@pytest.mark.parametrize(
    ("reason", "name"), [("eos_token", "stop"), ("stop_sequence", "stop_sequence"), ("length", "length")]
)
def test_finish_reasons_are_named_as_tgi_names_them_here(reason: FinishReason, name: str) -> None:
    assert finish_reason(Answer("", reason, 1, 0.0, 0.0)) == name
