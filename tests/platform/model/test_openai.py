"""The routes that OpenAI's clients call, on the real model."""

from typing import Any

import aiohttp
import pytest

from tests.platform.model.support import PROMPT, conforms, events, post


async def test_chat_answers_whole_and_streamed_alike(http: aiohttp.ClientSession) -> None:
    body = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 6, "temperature": 0}
    _, whole, headers = await post(http, "/v1/chat/completions", body)
    conforms(whole, "/v1/chat/completions")
    assert headers["x-generated-tokens"] == str(whole["usage"]["completion_tokens"])
    options = {"stream": True, "stream_options": {"include_usage": True}}
    *chunks, usage, done = await events(http, "/v1/chat/completions", body | options)
    assert done == "[DONE]"
    for chunk in [*chunks, usage]:
        conforms(chunk, "/v1/chat/completions", kind="text/event-stream")
    said = "".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks)
    assert said == whole["choices"][0]["message"]["content"]
    assert chunks[-1]["choices"][0]["finish_reason"] == whole["choices"][0]["finish_reason"]
    assert usage["usage"] == whole["usage"]


async def test_completions_answer_whole_and_streamed_alike(http: aiohttp.ClientSession) -> None:
    body = {"prompt": PROMPT, "max_tokens": 4, "temperature": 0}
    _, whole, _ = await post(http, "/v1/completions", body)
    conforms(whole, "/v1/completions")
    *chunks, done = await events(http, "/v1/completions", body | {"stream": True})
    assert done == "[DONE]"
    for chunk in chunks:
        conforms(chunk, "/v1/completions", kind="text/event-stream")
    assert "".join(chunk["choices"][0]["text"] for chunk in chunks) == whole["choices"][0]["text"]


@pytest.mark.parametrize(
    "body",
    [
        {"inputs": PROMPT, "parameters": {"max_new_tokens": 1}},
        {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1},
        {"prompt": PROMPT, "max_tokens": 1},
    ],
)
async def test_invocations_take_every_shape(http: aiohttp.ClientSession, body: dict[str, Any]) -> None:
    status, _, _ = await post(http, "/invocations", body)
    assert status == 200


async def test_a_chat_is_tokenized_in_its_template(http: aiohttp.ClientSession) -> None:
    _, body, _ = await post(http, "/chat_tokenize", {"messages": [{"role": "user", "content": "Hi"}]})
    conforms(body, "/chat_tokenize")
    assert body["templated_text"].endswith("<|im_start|>assistant\n")
