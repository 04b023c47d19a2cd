"""The model server with its real model: routes, contract, headers, errors, cancellation, Hugging Face's client."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

ROOT = Path(__file__).parents[2]
CONTRACT = json.loads((Path(__file__).parent / "tgi_openapi.json").read_text(encoding="utf-8"))
KEY = "a-key-for-tests"
PROMPT = "The capital of France is"
LABELS: dict[str, Any] = {"type": "object", "properties": {"label": {"enum": ["good", "bad"]}}, "required": ["label"]}
ENDLESS = {"inputs": "One, two, three, four,", "parameters": {"max_new_tokens": 1500, "repetition_penalty": 1.2}}


@dataclass(frozen=True)
class Server:
    """A running model server."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def running(directory: Path, *options: str) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = directory / "model.log"
    command = [sys.executable, "-m", "infra.local.model", "--port", str(port), *options]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        asyncio.run(_until_healthy(server))
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


async def _until_healthy(server: Server) -> None:
    deadline = time.monotonic() + 60
    async with aiohttp.ClientSession() as http:
        while time.monotonic() < deadline:
            assert server.process.poll() is None, server.log.read_text()
            try:
                async with http.get(f"{server.url}/health") as response:
                    assert response.status in {200, 503}
                    if response.status == 200:
                        assert await response.read() == b""
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.05)
    raise AssertionError(f"not healthy within 60 s: {server.log.read_text()}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("model")
    (directory / "key").write_text(KEY)
    with running(directory, "--api-key-file", str(directory / "key")) as started:
        yield started


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes one call at a time."""
    options = ("--max-concurrent-requests", "1", "--parallel", "1", "--prompt-cache-mib", "0")
    with running(tmp_path_factory.mktemp("narrow"), *options) as started:
        yield started


@pytest.fixture
async def http(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(server.url, headers={"Authorization": f"Bearer {KEY}"}) as session:
        yield session


@pytest.fixture
async def hub(server: Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AsyncInferenceClient]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    async with AsyncInferenceClient(base_url=server.url, provider="hf-inference", api_key=KEY, timeout=60) as client:
        yield client


async def post(http: aiohttp.ClientSession, path: str, body: Mapping[str, Any]) -> tuple[int, Any, Mapping[str, str]]:
    async with http.post(path, json=body) as response:
        return response.status, await response.json(), response.headers


async def events(http: aiohttp.ClientSession, path: str, body: Mapping[str, Any]) -> list[Any]:
    async with http.post(path, json=body) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        blocks = (await response.text()).strip().split("\n\n")
    return [
        data if data == "[DONE]" else json.loads(data) for data in (block.removeprefix("data: ") for block in blocks)
    ]


def conforms(value: Any, path: str, method: str = "post", status: int = 200, kind: str = "application/json") -> None:
    """Check `value` against the contract's schema of a route's response."""
    schema = CONTRACT["paths"][path][method]["responses"][str(status)]["content"][kind]["schema"]
    matches(value, schema)


def matches(value: Any, schema: Any) -> None:
    whole = _nullable({"components": CONTRACT["components"], **schema})
    jsonschema.Draft202012Validator(whole).validate(value)


def _nullable(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable: true` where JSON Schema says `anyOf: [..., {type: null}]`."""
    if isinstance(node, list):
        return [_nullable(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {key: _nullable(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if node.get("nullable") is True else plain


async def test_info_names_the_model_the_limits_and_the_stand_in(http: aiohttp.ClientSession) -> None:
    async with http.get("/info", headers={"Authorization": ""}) as response:
        info = await response.json()
    conforms(info, "/info", "get")
    assert len(info["model_sha"]) == 64
    assert "stand-in" in info["docker_label"]


async def test_the_model_is_listed(http: aiohttp.ClientSession) -> None:
    async with http.get("/v1/models") as response:
        (model,) = (await response.json())["data"]
    conforms(model, "/v1/models", "get")


async def test_generate_answers_with_details_and_headers(http: aiohttp.ClientSession) -> None:
    parameters = {"max_new_tokens": 3, "details": True, "decoder_input_details": True, "top_n_tokens": 2}
    status, body, headers = await post(http, "/generate", {"inputs": PROMPT, "parameters": parameters})
    assert status == 200
    conforms(body, "/generate")
    details = body["details"]
    assert body["generated_text"].startswith(" Paris")
    assert (details["finish_reason"], details["generated_tokens"], details["seed"]) == ("length", 3, None)
    assert "".join(token["text"] for token in details["tokens"]) == body["generated_text"]
    assert "".join(token["text"] for token in details["prefill"]) == PROMPT
    assert [len(top) for top in details["top_tokens"]] == [2, 2, 2]
    assert headers["x-compute-type"] == "cpu"
    assert float(headers["x-compute-time"]) > 0
    for name in ("total-time", "validation-time", "queue-time", "inference-time", "time-per-token"):
        assert headers[f"x-{name}"].isdecimal()
    assert (headers["x-prompt-tokens"], headers["x-generated-tokens"]) == (str(len(details["prefill"])), "3")


async def test_the_root_answers_with_a_list_and_the_full_text_unless_told_otherwise(
    http: aiohttp.ClientSession,
) -> None:
    given: dict[str, Any] = {"max_new_tokens": 2}
    _, full, _ = await post(http, "/", {"inputs": PROMPT, "parameters": given})
    _, bare, _ = await post(http, "/", {"inputs": PROMPT, "parameters": given | {"return_full_text": False}})
    conforms(full, "/")
    assert full[0]["generated_text"] == PROMPT + bare[0]["generated_text"]


@pytest.mark.parametrize(("path", "extra"), [("/generate_stream", {}), ("/", {"stream": True})])
async def test_a_stream_has_one_event_per_token_and_the_details_in_the_last(
    http: aiohttp.ClientSession, path: str, extra: dict[str, Any]
) -> None:
    given = {"max_new_tokens": 4, "return_full_text": False, "seed": 5, "do_sample": True}
    sent = await events(http, path, {"inputs": PROMPT, "parameters": given, **extra})
    for event in sent:
        conforms(event, path, kind="text/event-stream")
    assert [event["index"] for event in sent] == [1, 2, 3, 4]
    assert [event["details"] for event in sent[:-1]] == [None] * 3
    assert sent[-1]["generated_text"] == "".join(event["token"]["text"] for event in sent)
    prompt_tokens = sent[-1]["details"].pop("input_length")
    assert sent[-1]["details"] == {"finish_reason": "length", "generated_tokens": 4, "seed": 5}
    assert prompt_tokens > 0


async def test_a_stop_sequence_ends_the_answer_and_stays_in_it(http: aiohttp.ClientSession) -> None:
    body = {"inputs": PROMPT, "parameters": {"max_new_tokens": 30, "stop": ["\n"], "details": True}}
    _, whole, _ = await post(http, "/generate", body)
    assert whole["generated_text"].endswith("\n")
    assert whole["details"]["finish_reason"] == "stop_sequence"
    last = (await events(http, "/generate_stream", body))[-1]
    assert last["generated_text"] == whole["generated_text"]
    assert last["details"]["generated_tokens"] == whole["details"]["generated_tokens"]


async def test_the_end_of_sequence_is_a_special_token_outside_the_text(http: aiohttp.ClientSession) -> None:
    grammar = {"type": "regex", "value": " (Paris|Rome)"}
    body = {"inputs": PROMPT, "parameters": {"grammar": grammar, "details": True}}
    _, whole, _ = await post(http, "/generate", body)
    assert whole["generated_text"] == " Paris"
    assert whole["details"]["finish_reason"] == "eos_token"
    assert whole["details"]["tokens"][-1]["special"]
    sent = await events(http, "/generate_stream", body)
    assert sent[-1]["token"]["special"]
    assert sent[-1]["generated_text"] == " Paris"


@pytest.mark.parametrize("kind", ["json", "json_object", "json_schema"])
async def test_a_json_grammar_gives_json_that_fits_the_schema(http: aiohttp.ClientSession, kind: str) -> None:
    value = {"name": "labels", "schema": LABELS} if kind == "json_schema" else LABELS
    grammar = {"type": kind, "value": value}
    for seed in range(3):
        given = {"max_new_tokens": 30, "grammar": grammar, "do_sample": True, "seed": seed, "temperature": 1.5}
        _, body, _ = await post(http, "/generate", {"inputs": "Is rain good?", "parameters": given})
        jsonschema.validate(json.loads(body["generated_text"]), LABELS)


async def test_letters_of_several_tokens_arrive_whole(http: aiohttp.ClientSession) -> None:
    given = {"grammar": {"type": "regex", "value": "(😀é✈){2}"}, "details": True}
    _, whole, _ = await post(http, "/generate", {"inputs": "Go", "parameters": given})
    assert whole["generated_text"] == "😀é✈😀é✈"
    assert len(whole["details"]["tokens"]) == whole["details"]["generated_tokens"]
    sent = await events(http, "/generate_stream", {"inputs": "Go", "parameters": given})
    assert "".join(event["token"]["text"] for event in sent if not event["token"]["special"]) == "😀é✈😀é✈"


@pytest.mark.parametrize("given", [{}, {"do_sample": True, "seed": 11, "temperature": 1.2}])
async def test_the_same_call_has_the_same_answer(http: aiohttp.ClientSession, given: dict[str, Any]) -> None:
    body = {"inputs": "A short story about a lighthouse:", "parameters": {"max_new_tokens": 24, **given}}
    answers = [(await post(http, "/generate", body))[1]["generated_text"] for _ in range(3)]
    assert len(set(answers)) == 1


async def test_another_seed_has_another_answer(http: aiohttp.ClientSession) -> None:
    given = {"max_new_tokens": 24, "do_sample": True, "temperature": 1.2, "details": True}
    body = {"inputs": "A short story about a lighthouse:", "parameters": given}
    first, second = (await post(http, "/generate", body))[1], (await post(http, "/generate", body))[1]
    assert first["details"]["seed"] != second["details"]["seed"]
    assert first["generated_text"] != second["generated_text"]


async def test_penalties_keep_the_model_from_repeating_itself(http: aiohttp.ClientSession) -> None:
    plain = {"inputs": "yes no" + " yes no" * 12, "parameters": {"max_new_tokens": 8}}
    punished = {"inputs": plain["inputs"], "parameters": {"max_new_tokens": 8, "repetition_penalty": 2.0}}
    _, repeated, _ = await post(http, "/generate", plain)
    _, varied, _ = await post(http, "/generate", punished)
    assert " no" in repeated["generated_text"]
    assert " no" not in varied["generated_text"]


async def test_truncate_keeps_the_end_of_the_prompt(http: aiohttp.ClientSession) -> None:
    given = {"max_new_tokens": 1, "truncate": 5, "details": True, "decoder_input_details": True}
    _, body, _ = await post(http, "/generate", {"inputs": "Noise. " * 20 + PROMPT, "parameters": given})
    assert "".join(token["text"] for token in body["details"]["prefill"]).endswith(" France is")
    assert len(body["details"]["prefill"]) == 5


async def test_chat_answers_whole_and_streamed_alike(http: aiohttp.ClientSession) -> None:
    body = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 6, "temperature": 0}
    _, whole, headers = await post(http, "/v1/chat/completions", body)
    conforms(whole, "/v1/chat/completions")
    assert headers["x-generated-tokens"] == str(whole["usage"]["completion_tokens"])
    options = {"stream": True, "stream_options": {"include_usage": True}}
    *chunks, usage, done = await events(http, "/v1/chat/completions", body | options)
    assert done == "[DONE]"
    for chunk in [*chunks, usage]:
        conforms(chunk, "/v1/chat/completions", kind="text/event-stream")
    said = "".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks)
    assert said == whole["choices"][0]["message"]["content"]
    assert chunks[-1]["choices"][0]["finish_reason"] == whole["choices"][0]["finish_reason"]
    assert usage["usage"] == whole["usage"]


async def test_completions_answer_whole_and_streamed_alike(http: aiohttp.ClientSession) -> None:
    body = {"prompt": PROMPT, "max_tokens": 4, "temperature": 0}
    _, whole, _ = await post(http, "/v1/completions", body)
    conforms(whole, "/v1/completions")
    *chunks, done = await events(http, "/v1/completions", body | {"stream": True})
    assert done == "[DONE]"
    for chunk in chunks:
        conforms(chunk, "/v1/completions", kind="text/event-stream")
    assert "".join(chunk["choices"][0]["text"] for chunk in chunks) == whole["choices"][0]["text"]


@pytest.mark.parametrize(
    "body",
    [
        {"inputs": PROMPT, "parameters": {"max_new_tokens": 1}},
        {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1},
        {"prompt": PROMPT, "max_tokens": 1},
    ],
)
async def test_invocations_take_every_shape(http: aiohttp.ClientSession, body: dict[str, Any]) -> None:
    status, _, _ = await post(http, "/invocations", body)
    assert status == 200


async def test_tokens_are_placed_in_the_text(http: aiohttp.ClientSession) -> None:
    text = "Größe 😀 passt"
    status, body, _ = await post(http, "/tokenize", {"inputs": text})
    assert status == 200
    conforms(body, "/tokenize")
    assert all(token["text"] == text[token["start"] : token["stop"]] for token in body)
    assert (body[0]["start"], body[-1]["stop"]) == (0, len(text))


async def test_a_chat_is_tokenized_in_its_template(http: aiohttp.ClientSession) -> None:
    _, body, _ = await post(http, "/chat_tokenize", {"messages": [{"role": "user", "content": "Hi"}]})
    conforms(body, "/chat_tokenize")
    assert body["templated_text"].endswith("<|im_start|>assistant\n")


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


async def test_metrics_count_what_happened(http: aiohttp.ClientSession) -> None:
    before = await metrics(http)
    await post(http, "/generate", {"inputs": PROMPT, "parameters": {"max_new_tokens": 2}})
    await post(http, "/generate", {"inputs": "", "parameters": {}})
    after = await metrics(http)
    grown = {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}
    assert grown["tgi_request_count"] == 2
    assert grown["tgi_request_success"] == 1
    assert grown['tgi_request_failure{err="validation"}'] == 1
    assert grown["tgi_request_generated_tokens_sum"] == 2
    assert grown['tgi_batch_inference_count{method="prefill"}'] == 1


async def metrics(http: aiohttp.ClientSession) -> dict[str, float]:
    async with http.get("/metrics") as response:
        assert response.content_type == "text/plain"
        lines = (await response.text()).splitlines()
    samples = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in samples}


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


async def until(condition: Callable[[], Awaitable[bool]], *, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - the state of another process has no event
            await asyncio.sleep(0.02)


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
