"""Keys, limits, cancellation and the end of the server."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.platform.model.support import (
    ENDLESS,
    PROMPT,
    Server,
    conforms,
    events,
    metrics,
    post,
    running,
    until,
)


@pytest.mark.parametrize(
    "path",
    ["/", "/generate", "/generate_stream", "/tokenize", "/v1/chat/completions", "/v1/completions", "/invocations"],
)
async def test_a_wrong_key_is_401_without_a_body(server: Server, path: str) -> None:
    headers = {"Authorization": "Bearer wrong"}
    async with aiohttp.ClientSession(server.url) as http, http.post(path, json={}, headers=headers) as response:
        assert (response.status, await response.read()) == (401, b"")


INVALID: list[dict[str, Any]] = [
    {"inputs": "", "parameters": {}},
    {"inputs": "a", "parameters": {"temperature": 0}},
    {"inputs": "a", "parameters": {"top_p": 1}},
    {"inputs": "a", "parameters": {"stop": list("abcde")}},
    {"inputs": "a", "parameters": {"best_of": 2}},
    {"inputs": "word " * 3000, "parameters": {}},
    {"inputs": "a", "parameters": {"max_new_tokens": 2048}},
    {"inputs": "a", "parameters": {"grammar": {"type": "json", "value": {"type": "object"}}}},
    {"inputs": "a", "parameters": {"grammar": {"type": "regex", "value": "(?!a)b"}}},
    {"inputs": "a", "parameters": {"grammar": {"type": "regex", "value": "("}}},
    {"inputs": "a", "parameters": {"grammar": {"type": "json", "value": {"properties": {"a": {"type": "bogus"}}}}}},
]


@pytest.mark.parametrize("body", INVALID)
async def test_an_invalid_call_is_422_and_inside_a_stream_an_event(
    http: aiohttp.ClientSession, body: dict[str, Any]
) -> None:
    status, answer, _ = await post(http, "/generate", body)
    assert status == 422
    conforms(answer, "/generate", status=422)
    assert answer["error_type"] == "validation"
    assert answer["error"].startswith("Input validation error: ")
    assert await events(http, "/generate_stream", body) == [answer]


@pytest.mark.parametrize("path", ["/generate_stream", "/generate"])
async def test_one_call_too_many_is_429_and_a_client_that_leaves_frees_its_slot(narrow: Server, path: str) -> None:
    small = {"inputs": PROMPT, "parameters": {"max_new_tokens": 1}}
    async with aiohttp.ClientSession(narrow.url) as http:
        leaver = asyncio.create_task(post(http, path, ENDLESS))
        await until(lambda: generating(http), seconds=20)
        assert not leaver.done()
        status, answer, _ = await post(http, "/generate", small)
        assert (status, answer["error_type"]) == (429, "overloaded")
        conforms(answer, "/generate", status=429)
        leaver.cancel()
        await asyncio.wait([leaver])
        # The rest of the long answer would take longer than this.
        await until(lambda: answered(http, small), seconds=6)


async def generating(http: aiohttp.ClientSession) -> bool:
    return (await metrics(http))["tgi_batch_current_size"] > 0


async def answered(http: aiohttp.ClientSession, body: Mapping[str, Any]) -> bool:
    return (await post(http, "/generate", body))[0] == 200


def test_sigterm_ends_the_server_and_its_log_holds_no_prompt(tmp_path: Path) -> None:
    secret = "Wilhelmina-Vermeulen"
    with running(tmp_path) as server:
        asyncio.run(_call_and_leave_no_trace(server, secret))
    assert server.process.returncode == 0
    text = server.log.read_text()
    assert "POST /generate status=200" in text
    assert secret not in text


async def _call_and_leave_no_trace(server: Server, secret: str) -> None:
    async with aiohttp.ClientSession(server.url) as http:
        for parameters in ({"max_new_tokens": 2}, {"temperature": 0}, {"stop": secret}):
            await post(http, "/generate", {"inputs": secret, "parameters": parameters})
