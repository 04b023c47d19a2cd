"""TGI's own routes: `/`, `/generate`, `/generate_stream`, `/tokenize`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from aiohttp import web

from infra.local.model.bodies import read_body
from infra.local.model.generation import Generator
from infra.local.model.rendering import generate_response, headers, stream_response
from infra.local.model.state import runtime_of
from infra.local.model.streaming import send_events
from infra.local.model.text import place_tokens
from infra.local.model.validation import check_inputs
from infra.local.model.wire.base import Response
from infra.local.model.wire.generate import CompatGenerateRequest, GenerateRequest


async def compat_generate(request: web.Request) -> web.StreamResponse:
    """`POST /`: a list of one answer, or a stream. The full text is returned unless `return_full_text` is false."""
    return await answer_compat(request, await read_body(request, CompatGenerateRequest))


async def answer_compat(request: web.Request, body: CompatGenerateRequest) -> web.StreamResponse:
    """Answer a request of `/`, wherever it came in."""
    full_text = body.parameters.return_full_text is not False
    if body.stream:
        return await _stream(request, body, full_text=full_text)
    return await _generate(request, body, full_text=full_text, as_list=True)


async def generate(request: web.Request) -> web.StreamResponse:
    """`POST /generate`: one answer."""
    body = await read_body(request, GenerateRequest)
    return await _generate(request, body, full_text=bool(body.parameters.return_full_text), as_list=False)


async def generate_stream(request: web.Request) -> web.StreamResponse:
    """`POST /generate_stream`: one event per token."""
    body = await read_body(request, GenerateRequest)
    return await _stream(request, body, full_text=bool(body.parameters.return_full_text))


async def tokenize(request: web.Request) -> web.StreamResponse:
    """`POST /tokenize`: the tokens of `inputs` and their places, in characters."""
    body = await read_body(request, GenerateRequest)
    check_inputs(body.inputs)
    pieces = await runtime_of(request).engine.tokenize(body.inputs)
    tokens = ",".join(token.to_json() for token in place_tokens(body.inputs, pieces))
    return web.json_response(text=f"[{tokens}]")


async def _generate(
    request: web.Request, body: GenerateRequest, *, full_text: bool, as_list: bool
) -> web.StreamResponse:
    parameters = body.parameters
    done = await runtime_of(request).generator.generate(body.inputs, parameters)
    answer = generate_response(
        done,
        prefix=body.inputs if full_text else "",
        details=parameters.details,
        prefill=parameters.decoder_input_details,
        top=bool(parameters.top_n_tokens),
    ).to_json()
    return web.json_response(text=f"[{answer}]" if as_list else answer, headers=headers(done))


async def _stream(request: web.Request, body: GenerateRequest, *, full_text: bool) -> web.StreamResponse:
    async with aclosing(_events(runtime_of(request).generator, body, full_text=full_text)) as events:
        return await send_events(request, events, done=False)


async def _events(generator: Generator, body: GenerateRequest, *, full_text: bool) -> AsyncGenerator[Response, None]:
    prefix, top = body.inputs if full_text else "", bool(body.parameters.top_n_tokens)
    async with aclosing(generator.stream(body.inputs, body.parameters)) as steps:
        async for step in steps:
            yield stream_response(step, prefix=prefix, top=top)
