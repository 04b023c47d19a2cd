"""The same request means the same on every engine: prompt, bounds, stop, seed and shape; nothing is dropped."""

import json
from typing import Any

import pytest

from streams.enrich.client import Parameters, Reply
from streams.residency.endpoints import Engine
from tests.unit.enrich.client.answers import (
    PROMPT,
    SCHEMA,
    TIMES,
    always,
    completion,
    engine,
    request,
    streaming,
    tgi,
    tgi_event,
)
from tests.unit.enrich.client.server import Asked

CLOSED = {**SCHEMA, "additionalProperties": False}
OPENAI: tuple[Engine, ...] = ("vllm", "sglang", "llama.cpp")
ENGINES: tuple[Engine, ...] = ("tgi", *OPENAI)


async def sent(name: Engine, *, stream: bool = False, **parameters: Any) -> tuple[Asked, Reply]:
    """What left for the server, and how the attempt ended."""
    if name == "tgi":
        behaviour = streaming(tgi_event(1, " po"), tgi_event(2, "s", " pos")) if stream else always(tgi(), 200, TIMES)
    else:
        counts = {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}}
        parts = (completion(" po", finish_reason=None), completion("s"), counts, "[DONE]")
        behaviour = streaming(*parts) if stream else always(completion())
    async with engine(behaviour, name) as (server, client):
        got = await client.attempt(request(parameters=Parameters(8, **parameters), stream=stream))
    return server.asked[0], got


async def test_tgi_is_asked_on_its_root_in_its_own_words() -> None:
    asked, _ = await sent("tgi", stop=("\n",), seed=7)
    assert asked.path == "/"
    assert asked.json["inputs"] == PROMPT
    told = asked.json["parameters"]
    assert told["max_new_tokens"] == 8
    assert told["stop"] == ["\n"]
    assert told["seed"] == 7
    assert told["do_sample"] is told["return_full_text"] is False
    assert "grammar" not in told


@pytest.mark.parametrize("name", OPENAI)
async def test_the_others_are_asked_to_continue_the_raw_prompt(name: Engine) -> None:
    asked, _ = await sent(name, stop=("\n",), seed=7)
    assert asked.path == "/v1/completions"
    assert asked.json == {
        "model": "small.gguf" if name == "llama.cpp" else "served",
        "prompt": PROMPT,
        "max_tokens": 8,
        "temperature": 0.0,
        "seed": 7,
        "stop": ["\n"],
        "stream": False,
    }


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("tgi", {"grammar": {"type": "json", "value": SCHEMA}}),
        ("vllm", {"structured_outputs": {"json": CLOSED}, "guided_json": CLOSED}),
        ("sglang", {"json_schema": json.dumps(CLOSED)}),
        ("llama.cpp", {"json_schema": CLOSED}),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_a_schema_reaches_each_engine_in_its_words(name: Engine, shape: dict[str, Any], stream: bool) -> None:
    asked, _ = await sent(name, schema=SCHEMA, stream=stream)
    told = asked.json["parameters"] if name == "tgi" else asked.json
    assert {key: told[key] for key in shape} == shape


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("tgi", {"grammar": {"type": "regex", "value": " (good|bad)"}}),
        ("vllm", {"structured_outputs": {"regex": " (good|bad)"}, "guided_regex": " (good|bad)"}),
        ("sglang", {"regex": " (good|bad)"}),
        ("llama.cpp", {"grammar": 'root ::= " " ( "g" "o" "o" "d" | "b" "a" "d" )'}),
    ],
)
async def test_a_regex_reaches_each_engine_in_its_words(name: Engine, shape: dict[str, Any]) -> None:
    asked, _ = await sent(name, regex=" (good|bad)")
    told = asked.json["parameters"] if name == "tgi" else asked.json
    assert {key: told[key] for key in shape} == shape


@pytest.mark.parametrize("name", ENGINES)
async def test_an_answer_reads_the_same_from_every_engine(name: Engine) -> None:
    _, got = await sent(name, stop=("\n",))
    assert (got.outcome, got.engine, got.text) == ("answered", name, " positive")
    assert (got.input_tokens, got.output_tokens) == (9, 3)
    assert got.first_token_us is None


@pytest.mark.parametrize("name", ENGINES)
async def test_a_stream_tells_the_whole_text_and_when_its_first_token_came(name: Engine) -> None:
    asked, got = await sent(name, stream=True)
    assert asked.json["stream"] is True
    assert (got.outcome, got.text, got.input_tokens, got.output_tokens) == ("answered", " pos", 9, 2)
    assert got.first_token_us is not None
    assert got.per_token_us is not None
    assert 0 < got.first_token_us <= got.total_us


async def test_tgi_s_timing_headers_are_kept_in_microseconds() -> None:
    _, got = await sent("tgi")
    assert (got.server_queue_us, got.inference_us, got.per_token_us) == (3_000, 20_000, 7_000)


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        ({"finish_reason": "length"}, "length"),
        ({"stop_reason": "\n"}, "stop_sequence"),
        ({"stop_reason": None}, "eos_token"),
        ({"matched_stop": 2}, "eos_token"),
        ({"matched_stop": "\n"}, "stop_sequence"),
        ({}, "stop"),
    ],
)
async def test_the_end_of_an_answer_is_told_in_tgi_s_words(choice: dict[str, Any], reason: str) -> None:
    async with engine(always(completion(**choice)), "vllm") as (_, client):
        assert (await client.attempt(request())).finish_reason == reason


async def test_llama_cpp_tells_its_own_timings() -> None:
    timings = {"prompt_ms": 10.5, "predicted_ms": 21.0, "predicted_per_token_ms": 7.0}
    async with engine(always({**completion(), "timings": timings}), "llama.cpp") as (_, client):
        got = await client.attempt(request())
    assert (got.inference_us, got.per_token_us) == (31_500, 7_000)


@pytest.mark.parametrize("name", ENGINES)
async def test_the_model_that_answers_is_named_as_the_engine_tells_it(name: Engine) -> None:
    _, got = await sent(name)
    assert got.model is not None
    told = {"tgi": ("small", "3.3.7"), "vllm": ("served", "0.12.0"), "sglang": ("served", None)}
    assert (got.model.model_id, got.model.version) == told.get(name, ("small.gguf", "b8681"))


@pytest.mark.parametrize("name", ENGINES)
async def test_two_hundred_streams_leave_nothing_behind(name: Engine) -> None:
    sent = [tgi_event(1, "a", "a")] if name == "tgi" else [completion("a"), "[DONE]"]
    async with engine(streaming(*sent), name) as (server, client):
        for _ in range(200):
            assert (await client.attempt(request(stream=True))).outcome == "answered"
        replica = client._replicas[0]
        assert replica._hub is not None
        assert len(replica._hub.exit_stack._exit_callbacks) == 0  # type: ignore[attr-defined]  # the library's leak
        assert len(replica._transport._connections._idle) <= 2
        assert server.connections < 20


@pytest.mark.parametrize("parameters", [{"schema": SCHEMA, "regex": "a"}, {"stop": ("",)}, {"stop": tuple("abcde")}])
def test_parameters_that_no_engine_could_follow_are_refused(parameters: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"schema and regex|stop holds"):
        Parameters(8, **parameters)
