"""`POST /v1/chat/completions` and `POST /chat_tokenize`."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from aiohttp import web

from infra.local.model.bodies import read_body
from infra.local.model.conversation import chat_parameters, finish_reason, turns, usage
from infra.local.model.generation import Generated, StreamStep
from infra.local.model.rendering import headers
from infra.local.model.state import Runtime, runtime_of
from infra.local.model.streaming import send_events
from infra.local.model.text import place_tokens
from infra.local.model.wire.base import Response
from infra.local.model.wire.generate import GenerateParameters
from infra.local.model.wire.openai import ChatRequest
from infra.local.model.wire.openai_responses import (
    ChatChoice,
    ChatChunkChoice,
    ChatCompletion,
    ChatCompletionChunk,
    TextMessage,
    Usage,
)
from infra.local.model.wire.responses import ChatTokenizeResponse


async def chat_completions(request: web.Request) -> web.StreamResponse:
    """`POST /v1/chat/completions`: the assistant's next turn, whole or streamed."""
    return await answer_chat(request, await read_body(request, ChatRequest))


async def answer_chat(request: web.Request, body: ChatRequest) -> web.StreamResponse:
    """Answer a chat, wherever it came in."""
    runtime = runtime_of(request)
    parameters = chat_parameters(body)
    prompt = await runtime.engine.apply_template(turns(body.messages))
    if body.stream:
        with_usage = body.stream_options is not None and body.stream_options.include_usage
        async with aclosing(_events(runtime, prompt, parameters, with_usage=with_usage)) as events:
            return await send_events(request, events, done=True)
    done = await runtime.generator.generate(prompt, parameters)
    return web.json_response(text=_completion(runtime, done).to_json(), headers=headers(done))


async def chat_tokenize(request: web.Request) -> web.StreamResponse:
    """`POST /chat_tokenize`: the conversation as the model reads it, and its tokens."""
    body = await read_body(request, ChatRequest)
    engine = runtime_of(request).engine
    text = await engine.apply_template(turns(body.messages))
    tokens = place_tokens(text, await engine.tokenize(text))
    return web.json_response(text=ChatTokenizeResponse(tokenize_response=tokens, templated_text=text).to_json())


def _completion(runtime: Runtime, done: Generated) -> ChatCompletion:
    return ChatCompletion(
        object="chat.completion",
        id="",
        created=int(time.time()),
        model=runtime.info.model_id,
        system_fingerprint=runtime.fingerprint,
        choices=[
            ChatChoice(
                index=0,
                message=TextMessage(role="assistant", content=done.answer.text),
                logprobs=None,
                finish_reason=finish_reason(done.answer),
            )
        ],
        usage=usage(done.answer, len(done.prompt)),
    )


async def _events(
    runtime: Runtime, prompt: str, parameters: GenerateParameters, *, with_usage: bool
) -> AsyncGenerator[Response, None]:
    async with aclosing(runtime.generator.stream(prompt, parameters)) as steps:
        async for step in steps:
            yield _chunk(runtime, [_piece(step)], None)
            if step.done is not None and with_usage:
                yield _chunk(runtime, [], usage(step.done.answer, len(step.done.prompt)))


def _piece(step: StreamStep) -> ChatChunkChoice:
    text = "" if step.token.chosen.special else step.token.chosen.text
    return ChatChunkChoice(
        index=0,
        delta=TextMessage(role="assistant", content=text),
        logprobs=None,
        finish_reason=None if step.done is None else finish_reason(step.done.answer),
    )


def _chunk(runtime: Runtime, choices: list[ChatChunkChoice], tokens: Usage | None) -> ChatCompletionChunk:
    return ChatCompletionChunk(
        object="chat.completion.chunk",
        id="",
        created=int(time.time()),
        model=runtime.info.model_id,
        system_fingerprint=runtime.fingerprint,
        choices=choices,
        usage=tokens,
    )
