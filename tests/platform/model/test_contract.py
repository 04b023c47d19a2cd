"""What a client of TGI leans on beside the shape of answers: which check comes first, and what travels in headers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.platform.model.support import CONTRACT, ENDLESS, PROMPT, Server, conforms, events, metrics, post, until

SHAPELESS = {"type": "object"}
TIMES = ("x-total-time", "x-validation-time", "x-queue-time", "x-inference-time", "x-time-per-token")
COUNTS = ("x-prompt-tokens", "x-generated-tokens", "x-compute-time", "x-compute-type")


@asynccontextmanager
async def _full(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    """A session to a server whose only place is taken while the block runs."""
    async with aiohttp.ClientSession(server.url) as http:
        taker = asyncio.create_task(post(http, "/generate", ENDLESS))

        async def taken() -> bool:
            return (await metrics(http))["tgi_batch_current_size"] > 0

        async def free() -> bool:
            return (await metrics(http))["tgi_batch_current_size"] == 0

        await until(taken, seconds=20)
        try:
            yield http
        finally:
            taker.cancel()
            await asyncio.wait([taker])
            await until(free, seconds=20)


@pytest.mark.parametrize("body", [{"inputs": ""}, {"inputs": "a", "parameters": {"temperature": 0}}])
async def test_a_full_server_says_so_before_it_looks_at_the_call(narrow: Server, body: dict[str, Any]) -> None:
    async with _full(narrow) as http:
        status, answer, headers = await post(http, "/generate", body)
        assert (status, answer["error_type"]) == (429, "overloaded")
        assert "Retry-After" not in headers, "a client that waits for it would wait for ever"
        # Inside a stream the same comes as an event of an answer that began with 200.
        assert await events(http, "/generate_stream", body) == [answer]
    assert (await _status(narrow, body)) == 422


async def _status(server: Server, body: dict[str, Any]) -> int:
    async with aiohttp.ClientSession(server.url) as http:
        return (await post(http, "/generate", body))[0]


async def test_times_are_whole_milliseconds_that_fit_into_the_total(http: aiohttp.ClientSession) -> None:
    given = {"max_new_tokens": 4, "details": True}
    _, answer, headers = await post(http, "/generate", {"inputs": PROMPT, "parameters": given})
    total, validation, queue, inference, per_token = (int(headers[name]) for name in TIMES)
    assert validation + queue + inference <= total + 3, "each is cut to a millisecond"
    assert per_token <= inference
    assert float(headers["x-compute-time"]) * 1000 == pytest.approx(total, abs=2)
    assert int(headers["x-generated-tokens"]) == answer["details"]["generated_tokens"]


async def test_a_stream_has_no_times_in_its_headers(http: aiohttp.ClientSession) -> None:
    body = {"inputs": PROMPT, "parameters": {"max_new_tokens": 1}}
    async with http.post("/generate_stream", json=body) as answer:
        assert answer.status == 200
        assert [name for name in (*TIMES, *COUNTS) if name in answer.headers] == []
        await answer.read()


async def test_a_schema_without_properties_is_refused_on_every_route_that_takes_one(
    http: aiohttp.ClientSession,
) -> None:
    grammar = {"type": "json", "value": SHAPELESS}
    calls: dict[str, dict[str, Any]] = {
        "/": {"inputs": "a", "parameters": {"grammar": grammar}},
        "/generate": {"inputs": "a", "parameters": {"grammar": grammar}},
        "/v1/chat/completions": {
            "messages": [{"role": "user", "content": "a"}],
            "response_format": {"type": "json_object", "value": SHAPELESS},
        },
    }
    for path, body in calls.items():
        status, answer, _ = await post(http, path, body)
        assert (path, status, answer["error_type"]) == (path, 422, "validation")
        conforms(answer, path, status=422)


async def test_a_refused_stream_of_a_chat_ends_with_its_error_and_done(http: aiohttp.ClientSession) -> None:
    body: dict[str, Any] = {
        "messages": [{"role": "user", "content": "a"}],
        "response_format": {"type": "json_object", "value": SHAPELESS},
        "stream": True,
    }
    refused, done = await events(http, "/v1/chat/completions", body)
    assert (refused["error_type"], done) == ("validation", "[DONE]")


@pytest.mark.parametrize("path", sorted(CONTRACT["paths"]))
async def test_every_route_of_the_contract_is_served(http: aiohttp.ClientSession, path: str) -> None:
    for method in CONTRACT["paths"][path]:
        async with http.request(method, path, data=b"no json" if method == "post" else None) as answer:
            assert answer.status in ({200} if method == "get" else {422})


async def test_a_body_that_is_no_json_is_422_with_the_contracts_shape(http: aiohttp.ClientSession) -> None:
    async with http.post("/generate", data=b"{", headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == 422
        conforms(await answer.json(), "/generate", status=422)
