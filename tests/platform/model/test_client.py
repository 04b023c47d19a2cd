"""Hugging Face's client against the model server, unmodified."""

import json

import aiohttp
import jsonschema
import pytest
from huggingface_hub import (
    AsyncInferenceClient,
    ChatCompletionInputJSONSchema,
    ChatCompletionInputResponseFormatJSONSchema,
    TextGenerationInputGrammarType,
)
from huggingface_hub.errors import OverloadedError, ValidationError

from tests.platform.model.support import ENDLESS, LABELS, PROMPT, Server


async def test_hugging_face_s_client_generates(hub: AsyncInferenceClient) -> None:
    answer = await hub.text_generation(PROMPT, details=True, max_new_tokens=20, stop=["\n"], return_full_text=False)
    assert answer.generated_text.startswith(" Paris")
    assert answer.details is not None
    assert answer.details.finish_reason == "stop_sequence"
    assert answer.details.tokens[0].logprob < 0


async def test_hugging_face_s_client_follows_a_grammar(hub: AsyncInferenceClient) -> None:
    grammar = TextGenerationInputGrammarType(type="json", value=LABELS)
    text = await hub.text_generation(PROMPT, grammar=grammar, return_full_text=False)
    jsonschema.validate(json.loads(text), LABELS)


async def test_hugging_face_s_client_streams(hub: AsyncInferenceClient) -> None:
    stream = await hub.text_generation(PROMPT, stream=True, details=True, max_new_tokens=3, return_full_text=False)
    sent = [event async for event in stream]
    assert len(sent) == 3
    assert sent[-1].details is not None
    assert sent[-1].details.generated_tokens == 3


async def test_hugging_face_s_client_chats(hub: AsyncInferenceClient) -> None:
    schema = ChatCompletionInputJSONSchema(name="labels", schema=LABELS)
    shape = ChatCompletionInputResponseFormatJSONSchema(type="json_schema", json_schema=schema)
    messages = [{"role": "user", "content": "Is rain good or bad? Answer as JSON."}]
    answer = await hub.chat_completion(messages, model="tgi", max_tokens=30, temperature=0, response_format=shape)
    jsonschema.validate(json.loads(answer.choices[0].message.content or ""), LABELS)
    stream = await hub.chat_completion(messages, model="tgi", max_tokens=3, stream=True)
    assert len([chunk async for chunk in stream]) >= 1


async def test_hugging_face_s_client_raises_typed_errors(hub: AsyncInferenceClient, narrow: Server) -> None:
    with pytest.raises(ValidationError, match="cannot be empty"):
        await hub.text_generation("")
    async with aiohttp.ClientSession(narrow.url) as http, http.post("/generate_stream", json=ENDLESS) as held:
        await held.content.readline()
        async with AsyncInferenceClient(
            base_url=narrow.url, provider="hf-inference", api_key="-", timeout=30
        ) as client:
            with pytest.raises(OverloadedError):
                await client.text_generation(PROMPT)
