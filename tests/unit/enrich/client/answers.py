"""What well-behaved servers of each engine answer, and clients for them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from streams.enrich.client import Bounds, Parameters, RegionClient, Request
from streams.residency.endpoints import Engine, ModelEndpoint
from tests.unit.enrich.client.server import Asked, Behaviour, ModelServer, events, reply, serving

PROMPT = "Review: the very secret prompt\nSentiment:"
SCHEMA: dict[str, Any] = {"type": "object", "properties": {"label": {"enum": ["good", "bad"]}}, "required": ["label"]}
TIMES = {
    "x-queue-time": "3",
    "x-inference-time": "20",
    "x-time-per-token": "7",
    "x-prompt-tokens": "9",
    "x-generated-tokens": "3",
}


def request(**more: Any) -> Request:
    given: dict[str, Any] = {"parameters": Parameters(8), "priority": "batch", "deadline_s": 60.0, **more}
    return Request(PROMPT, **given)


def tgi(text: str = " positive\n", reason: str = "stop_sequence") -> list[Any]:
    details = {"finish_reason": reason, "generated_tokens": 3, "seed": 1, "prefill": [], "tokens": []}
    return [{"generated_text": text, "details": details}]


def tgi_event(index: int, text: str, whole: str | None = None) -> dict[str, Any]:
    details = {"finish_reason": "length", "generated_tokens": index, "input_length": 9, "seed": 1} if whole else None
    token = {"id": index, "text": text, "logprob": -0.1, "special": False}
    return {"index": index, "token": token, "generated_text": whole, "details": details}


def completion(text: str = " positive", **choice: Any) -> dict[str, Any]:
    one = {"index": 0, "text": text, "finish_reason": "stop", **choice}
    return {"object": "text_completion", "choices": [one], "usage": {"prompt_tokens": 9, "completion_tokens": 3}}


def always(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Behaviour:
    async def behave(_: Asked, writer: asyncio.StreamWriter) -> None:
        await reply(writer, body, status=status, headers=headers)

    return behave


def streaming(*sent: Any, whole: bool = True, prefix: str = "data: ") -> Behaviour:
    async def behave(_: Asked, writer: asyncio.StreamWriter) -> None:
        await events(writer, *sent, whole=whole, prefix=prefix)

    return behave


INFOS: dict[str, tuple[int, Any]] = {
    "/v1/models": (200, {"data": [{"id": "served", "max_model_len": 2048}]}),
    "/version": (200, {"version": "0.12.0"}),
    "/props": (200, {"model_path": "/models/small.gguf", "build_info": "b8681"}),
}


@asynccontextmanager
async def engine(
    behaviour: Behaviour, name: Engine = "tgi", *, bounds: Bounds | None = None, key: Path | None = None
) -> AsyncIterator[tuple[ModelServer, RegionClient]]:
    """A server of one engine, and a client for it alone."""
    async with serving(behaviour) as server:
        server.info.update(INFOS)
        endpoint = ModelEndpoint(url=server.url, engine=name, api_key_file=key)
        async with client_for(endpoint, bounds=bounds) as client:
            yield server, client


@asynccontextmanager
async def client_for(*endpoints: ModelEndpoint, bounds: Bounds | None = None) -> AsyncIterator[RegionClient]:
    client = RegionClient("eu", endpoints, bounds or Bounds())
    try:
        yield client
    finally:
        await client.close()
