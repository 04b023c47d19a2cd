"""Inland's client against real models: the stand-in for TGI, and llama.cpp's own server."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import jsonschema
import pytest

from streams.enrich.client import Bounds, Parameters, RegionClient, Request
from streams.residency.endpoints import ModelEndpoint
from tests.platform.model.llama_server import llama_server
from tests.platform.model.support import KEY, LABELS, PROMPT, Server

CITIES = " (Paris|London|Rome)"


@asynccontextmanager
async def client_for(endpoint: ModelEndpoint) -> AsyncIterator[RegionClient]:
    client = RegionClient("eu", [endpoint], Bounds(concurrency=4))
    try:
        yield client
    finally:
        await client.close()


@pytest.fixture
async def client(server: Server, tmp_path: Path) -> AsyncIterator[RegionClient]:
    key = tmp_path / "key"
    key.write_text(KEY)
    async with client_for(ModelEndpoint(url=server.url, api_key_file=key)) as made:
        yield made


def asked(prompt: str = PROMPT, *, stream: bool = False, **parameters: object) -> Request:
    return Request(prompt, Parameters(40, **parameters), "batch", 120.0, stream=stream)  # type: ignore[arg-type]


async def test_a_call_brings_text_tokens_timings_and_what_answered(client: RegionClient) -> None:
    got = await client.attempt(asked(stop=("\n",)))
    assert (got.outcome, got.finish_reason) == ("answered", "stop_sequence")
    assert got.text is not None
    assert got.text.startswith(" Paris")
    assert "\n" not in got.text
    assert got.input_tokens == 5
    assert got.output_tokens
    assert got.server_queue_us is not None
    assert got.inference_us is not None
    assert 0 < got.inference_us <= got.total_us
    assert got.model == await client.info()
    assert got.model.model_sha


async def test_the_same_prompt_gives_the_same_answer_whole_and_streamed(client: RegionClient) -> None:
    whole, streamed = await client.attempt(asked()), await client.attempt(asked(stream=True))
    assert (streamed.outcome, streamed.text) == ("answered", whole.text)
    assert (streamed.input_tokens, streamed.output_tokens) == (whole.input_tokens, whole.output_tokens)
    assert streamed.first_token_us is not None
    assert 0 < streamed.first_token_us < streamed.total_us
    assert streamed.per_token_us


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_under_a_schema_is_valid(client: RegionClient, stream: bool) -> None:
    got = await client.attempt(asked("Is rain good or bad? As JSON:", stream=stream, schema=LABELS))
    jsonschema.validate(json.loads(got.text or ""), LABELS)


async def test_what_the_server_refuses_for_good_does_not_pass(client: RegionClient) -> None:
    got = await client.attempt(asked(""))
    assert (got.outcome, got.error_type, got.may_pass) == ("failed", "validation", False)


async def test_without_the_key_nothing_is_answered_and_the_attempt_may_be_made_again(server: Server) -> None:
    async with client_for(ModelEndpoint(url=server.url)) as keyless:
        got = await keyless.attempt(asked())
    assert (got.outcome, got.error_type, got.may_pass) == ("failed", "http_401", True)


@pytest.mark.parametrize("stream", [False, True])
async def test_llama_cpp_s_own_server_means_the_same_by_schema_and_regex(stream: bool) -> None:
    async with llama_server() as url, client_for(ModelEndpoint(url=url, engine="llama.cpp")) as client:
        shaped = await client.attempt(asked("Is rain good or bad? As JSON:", stream=stream, schema=LABELS))
        jsonschema.validate(json.loads(shaped.text or ""), LABELS)
        chosen = await client.attempt(asked(stream=stream, regex=CITIES))
        free = await client.attempt(asked(stream=stream, stop=("\n",)))
    assert re.fullmatch(CITIES, chosen.text or "")
    assert (free.text or "").startswith(" Paris")
    assert free.output_tokens
    assert free.inference_us
    assert (free.first_token_us is not None) is stream
