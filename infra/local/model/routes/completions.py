"""`POST /v1/completions`, and `POST /invocations`, which takes the request of any generating route."""

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from aiohttp import web

from infra.local.model.bodies import parse_body, read_body
from infra.local.model.conversation import completion_parameters, completion_prompt, finish_reason, usage
from infra.local.model.errors import MalformedBodyError
from infra.local.model.rendering import headers
from infra.local.model.routes.chat import answer_chat
from infra.local.model.routes.generate import answer_compat
from infra.local.model.state import Runtime, runtime_of
from infra.local.model.streaming import send_events
from infra.local.model.wire.base import Response
from infra.local.model.wire.generate import CompatGenerateRequest
from infra.local.model.wire.openai import ChatRequest, CompletionRequest
from infra.local.model.wire.openai_responses import Completion, CompletionChoice


async def completions(request: web.Request) -> web.StreamResponse:
    """`POST /v1/completions`: a prompt continued, whole or streamed."""
    return await answer_completion(request, await read_body(request, CompletionRequest))


async def invocations(request: web.Request) -> web.StreamResponse:
    """`POST /invocations`: the first of the three request shapes that fits, as on SageMaker."""
    body = await request.read()
    with suppress(MalformedBodyError):
        compat = parse_body(body, CompatGenerateRequest)
        return await answer_compat(request, compat)
    with suppress(MalformedBodyError):
        conversation = parse_body(body, ChatRequest)
        return await answer_chat(request, conversation)
    return await answer_completion(request, parse_body(body, CompletionRequest))


async def answer_completion(request: web.Request, body: CompletionRequest) -> web.StreamResponse:
    """Answer a plain completion, wherever it came in."""
    runtime = runtime_of(request)
    prompt = completion_prompt(body)
    if body.stream:
        async with aclosing(_events(runtime, prompt, body)) as events:
            return await send_events(request, events, done=True)
    done = await runtime.generator.generate(prompt, completion_parameters(body))
    answer = _completion(runtime, done.answer.text, finish_reason(done.answer))
    answer = answer.model_copy(update={"usage": usage(done.answer, len(done.prompt))})
    return web.json_response(text=answer.to_json(), headers=headers(done))


async def _events(runtime: Runtime, prompt: str, body: CompletionRequest) -> AsyncGenerator[Response, None]:
    async with aclosing(runtime.generator.stream(prompt, completion_parameters(body))) as steps:
        async for step in steps:
            text = "" if step.token.chosen.special else step.token.chosen.text
            yield _completion(runtime, text, "" if step.done is None else finish_reason(step.done.answer))


def _completion(runtime: Runtime, text: str, reason: str) -> Completion:
    return Completion(
        object="text_completion",
        id="",
        created=int(time.time()),
        model=runtime.info.model_id,
        system_fingerprint=runtime.fingerprint,
        choices=[CompletionChoice(index=0, text=text, logprobs=None, finish_reason=reason)],
    )
