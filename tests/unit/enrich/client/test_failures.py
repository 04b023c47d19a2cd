"""However a server or the network fail, the attempt ends as an outcome, in time, and says nothing of what was asked."""

import asyncio
import time
from typing import Any

import pytest

from streams.enrich.client import Bounds, Parameters, RegionClient, Reply, Request
from streams.residency.endpoints import Engine, ModelEndpoint
from tests.unit.enrich.client.answers import (
    PROMPT,
    SCHEMA,
    always,
    completion,
    engine,
    request,
    streaming,
    tgi,
    tgi_event,
)
from tests.unit.enrich.client.server import Asked, Behaviour, reply, serving


def error(kind: str, **more: Any) -> dict[str, Any]:
    return {"error": f"it quotes {PROMPT}", "error_type": kind, **more}


async def never(_: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def hangs_up(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def resets(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def half(_: Asked, writer: asyncio.StreamWriter) -> None:
    await reply(writer, b'[{"generated_', headers={"content-length": "4000"})
    writer.close()


async def endless(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"1000\r\n" + b" " * 4096 + b"\r\n")
        await writer.drain()


async def one(behaviour: Behaviour, asked: Request | None = None, name: Engine = "tgi") -> Reply:
    async with engine(behaviour, name, bounds=Bounds(answer_bytes=100_000)) as (_, client):
        return await client.attempt(asked or request())


CASES: list[tuple[str, Behaviour, tuple[str, str, bool]]] = [
    ("overloaded", always(error("overloaded"), 429), ("overloaded", "overloaded", True)),
    ("429 of a proxy", always(b"no", 429), ("overloaded", "http_429", True)),
    ("closed before an answer", hangs_up, ("failed", "disconnected", True)),
    ("reset before an answer", resets, ("failed", "disconnected", True)),
    ("closed mid-answer", half, ("incomplete", "closed_mid_answer", True)),
    ("error inside 200", always(error("generation")), ("failed", "generation", True)),
    ("overload inside 200", always([error("overloaded")]), ("overloaded", "overloaded", True)),
    ("unknown error inside 200", always(error(PROMPT)), ("failed", "stated_error", True)),
    ("not JSON", always(b"<html>it works</html>"), ("failed", "not_json", True)),
    ("not UTF-8", always(b"\xff\xfe"), ("failed", "not_json", True)),
    ("another shape", always([]), ("failed", "unexpected_answer", True)),
    ("a number", always(7), ("failed", "unexpected_answer", True)),
    ("no text", always([{"generated_text": 7}]), ("failed", "stated_error", True)),
    ("401", always(b"", 401), ("failed", "http_401", True)),
    ("404", always(b"", 404), ("failed", "http_404", False)),
    ("422", always(error("validation"), 422), ("failed", "validation", False)),
    ("422 of a template", always(error("template_error"), 422), ("failed", "http_422", False)),
    ("424", always(error("generation"), 424), ("failed", "generation", True)),
    ("500", always(error("incomplete_generation"), 500), ("incomplete", "incomplete_generation", True)),
    ("503", always(b"", 503), ("failed", "http_503", True)),
    ("redirect", always(b"", 307, {"location": "http://127.0.0.1:1/"}), ("failed", "redirected", True)),
    ("endless", endless, ("failed", "answer_too_large", False)),
    ("compressed", always(b"x", headers={"content-encoding": "gzip"}), ("failed", "answer_too_large", False)),
]


@pytest.mark.parametrize(("behaviour", "ends"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
async def test_every_failure_is_an_outcome(behaviour: Behaviour, ends: tuple[str, str, bool]) -> None:
    got = await one(behaviour)
    assert (got.outcome, got.error_type, got.may_pass) == ends
    assert got.text is None


STREAMS: list[tuple[str, Behaviour, tuple[str, str, bool]]] = [
    ("error inside", streaming(tgi_event(1, "a"), error("generation")), ("failed", "generation", True)),
    ("overload inside", streaming(error("overloaded")), ("overloaded", "overloaded", True)),
    ("ended early, in order", streaming(tgi_event(1, "a")), ("incomplete", "cut_short", True)),
    ("closed in the midst", streaming(tgi_event(1, "a"), whole=False), ("incomplete", "closed_mid_answer", True)),
    ("not JSON", streaming("nonsense"), ("failed", "not_json", True)),
    ("429", always(error("overloaded"), 429), ("overloaded", "overloaded", True)),
    ("422", always(error("validation"), 422), ("failed", "validation", False)),
]


@pytest.mark.parametrize(("behaviour", "ends"), [case[1:] for case in STREAMS], ids=[case[0] for case in STREAMS])
async def test_every_failure_of_a_stream_is_an_outcome(behaviour: Behaviour, ends: tuple[str, str, bool]) -> None:
    got = await one(behaviour, request(stream=True))
    assert (got.outcome, got.error_type, got.may_pass) == ends


OPENAI: list[tuple[str, Behaviour, bool, tuple[str, str, bool]]] = [
    ("error in 200", always({"error": {"message": PROMPT, "code": 503}}), False, ("failed", "http_503", True)),
    ("vLLM's own error", always({"object": "error", "code": 400}), False, ("failed", "http_400", False)),
    ("400", always({"error": {"message": PROMPT}}, 400), False, ("failed", "http_400", False)),
    ("429", always({"error": {"message": PROMPT}}, 429), False, ("overloaded", "http_429", True)),
    ("no choices", always({"choices": []}), False, ("failed", "unexpected_answer", True)),
    ("not JSON", always(b"hm"), False, ("failed", "not_json", True)),
    ("error in a stream", streaming({"error": {"code": 500}}), True, ("failed", "http_500", True)),
    ("old llama.cpp", streaming({"code": 500}, prefix="error: "), True, ("failed", "http_500", True)),
    ("cut short", streaming(completion(finish_reason=None), "[DONE]"), True, ("incomplete", "cut_short", True)),
]


@pytest.mark.parametrize("name", ["vllm", "sglang", "llama.cpp"])
@pytest.mark.parametrize(("behaviour", "stream", "ends"), [case[1:] for case in OPENAI], ids=[c[0] for c in OPENAI])
async def test_the_openai_routes_fail_alike(
    name: Engine, behaviour: Behaviour, stream: bool, ends: tuple[str, str, bool]
) -> None:
    got = await one(behaviour, request(stream=stream), name)
    assert (got.outcome, got.error_type, got.may_pass) == ends


@pytest.mark.parametrize("stream", [False, True])
async def test_a_server_that_accepts_and_never_answers_ends_as_a_timeout_on_time(stream: bool) -> None:
    began = time.monotonic()
    got = await one(never, request(deadline_s=0.2, stream=stream))
    assert (got.outcome, got.error_type, got.may_pass) == ("timeout", "deadline", True)
    assert 0.19 < time.monotonic() - began < 1.0


async def test_a_deadline_counts_the_wait_in_our_own_queue() -> None:
    async with engine(never, bounds=Bounds(concurrency=1)) as (server, client):
        first, second = await asyncio.gather(*(client.attempt(request(deadline_s=s)) for s in (0.5, 0.2)))
    assert (first.outcome, second.outcome) == ("timeout", "timeout")
    assert (second.error_type, second.endpoint, second.total_us) == ("no_place", "", 0)
    assert second.queued_us >= 190_000
    assert len(server.asked) == 1


async def test_a_refused_connection_is_an_outcome() -> None:
    async with serving(always(tgi())) as server:
        client = RegionClient("eu", [ModelEndpoint(url=server.url)], Bounds())
        await client.info()
    got = await client.attempt(request())
    await client.close()
    assert (got.outcome, got.error_type, got.may_pass) == ("failed", "not_connected", True)


async def test_a_regex_that_an_engine_cannot_follow_is_refused_and_not_sent() -> None:
    async with engine(always(completion()), "llama.cpp") as (server, client):
        got = await client.attempt(request(parameters=Parameters(8, regex=r"(?=a)b")))
        assert (got.outcome, got.error_type, got.may_pass) == ("refused", "grammar_unsupported", False)
        assert server.asked == []


async def test_no_answer_of_a_server_has_the_library_drop_the_schema() -> None:
    text = "The following `model_kwargs` are not used by the model: ['grammar', 'stop'] (note: typos)"
    async with engine(always({"error": text}, 400)) as (server, client):
        for _ in range(2):
            got = await client.attempt(request(parameters=Parameters(8, schema=SCHEMA)))
            assert (got.outcome, got.error_type, got.may_pass) == ("failed", "http_400", False)
    assert len(server.asked) == 2
    assert all(asked.json["parameters"]["grammar"]["value"] == SCHEMA for asked in server.asked)


async def test_nothing_of_the_prompt_the_answer_or_the_key_is_in_any_repr() -> None:
    asked = request(parameters=Parameters(8, schema=SCHEMA))
    whole = await one(always(tgi(text="the secret answer")), asked)
    failed = await one(always(error(PROMPT), 500))
    for shown in map(repr, (asked, whole, failed)):
        assert "secret" not in shown
