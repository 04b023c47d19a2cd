"""TGI's own routes on the real model: shapes, headers, details, grammars, determinism."""

import json
from typing import Any

import aiohttp
import jsonschema
import pytest

from tests.platform.model.support import LABELS, PROMPT, conforms, events, metrics, post


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


async def test_tokens_are_placed_in_the_text(http: aiohttp.ClientSession) -> None:
    text = "Größe 😀 passt"
    status, body, _ = await post(http, "/tokenize", {"inputs": text})
    assert status == 200
    conforms(body, "/tokenize")
    assert all(token["text"] == text[token["start"] : token["stop"]] for token in body)
    assert (body[0]["start"], body[-1]["stop"]) == (0, len(text))


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
