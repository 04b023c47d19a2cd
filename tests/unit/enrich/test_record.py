"""The record of a call says who was asked what under which rules, and keeps nothing that a gate stopped."""

import json
from typing import Any

from avro_schemas.codec import Codec
from streams.delivery.message import Message
from streams.enrich.client import ModelInfo, Parameters, Reply
from streams.enrich.records.call import Attempt
from streams.enrich.tasks.note_intent import NOTE_INTENT
from streams.enrich.tasks.task import Answer
from tests.unit.enrich.events import AT, note

CODEC = Codec({"model_call": 1, "enrichment_result": 2}, lambda _: "")
PROMPT, TEXT = "Wilhelmina waits for it", ' {"intent":"delivery"}'
INFO = ModelInfo("small", "sha", version="3.3.7")


def _attempt(**stated: Any) -> Attempt:
    message = Message("commerce.events.eu", 1, 5, None, b"", AT)
    given: dict[str, Any] = {
        "step": "intent",
        "number": 1,
        "endpoint": "http://model-eu:8080",
        "model": INFO,
        "prompt": PROMPT,
        "parameters": Parameters(8, stop=("\n",)),
        "started_at": AT,
        **stated,
    }
    return Attempt(message, note(PROMPT), NOTE_INTENT, **given)


def _reply(**stated: Any) -> Reply:
    times: Any = {"server_queue_us": 3, "inference_us": 4, "first_token_us": 5, "per_token_us": 6}
    return Reply("answered", "http://model-eu:8080", "vllm", INFO, 1, 2, text=TEXT, **{**times, **stated})


def _landed(record: Any, name: Any = "model_call") -> dict[str, Any]:
    """The record as a reader has it: a field that does not fit its schema fails here."""
    landed: dict[str, Any] = CODEC.decode(name, CODEC.encode(name, record))
    return landed


def test_the_record_names_engine_model_rules_and_times() -> None:
    stated = {"priority": "checkout", "policy_hash": "p" * 16, "configuration_hash": "c" * 16, "prompt_cut": 12}
    call = _landed(_attempt(**stated, cache="miss").call(_reply(), "passed", "passed"))
    assert {name: call[name] for name in stated} == stated
    assert (call["provider_name"], call["endpoint"], call["server_version"]) == (
        "vllm",
        "http://model-eu:8080",
        "3.3.7",
    )
    assert (call["request_model"], call["model_sha"], call["cache"]) == ("small", "sha", "miss")
    assert [call[f"{name}_us"] for name in ("queued", "total", "server_queue", "inference", "first_token")] == [
        1, 2, 3, 4, 5,
    ]  # fmt: skip
    assert call["per_token_us"] == 6
    asked = json.loads(call["parameters"])
    assert (asked["max_new_tokens"], asked["seed"], asked["stop"]) == (8, 1, ["\n"])


def test_a_prompt_that_the_gate_stopped_is_not_kept() -> None:
    stopped = Reply.unsent("blocked", "tgi", "personal_data_in_prompt: email")
    call = _landed(_attempt().call(stopped, "blocked"))
    assert (call["prompt"], call["answer"], call["gate"], call["answer_gate"]) == ("", None, "blocked", "none")


def test_an_answer_that_the_gate_on_the_way_out_stopped_is_not_kept_and_its_prompt_is() -> None:
    call = _landed(_attempt().call(_reply(), "passed", "blocked"))
    assert (call["prompt"], call["answer"], call["answer_gate"]) == (PROMPT, None, "blocked")


def test_every_attempt_has_an_id_of_its_own_and_the_same_one_when_it_is_made_again() -> None:
    ids = {_attempt(number=number, step=step).call_id for number in (1, 2) for step in ("intent", "themes")}
    assert len(ids) == 4
    assert _attempt().call_id == _attempt().call_id
    assert _attempt(model=ModelInfo("small", "other")).call_id != _attempt().call_id


def test_an_answer_is_kept_whole_with_its_keys_sorted() -> None:
    answer = Answer("delivery", {"intent": "delivery", "certain": True}, "nl")
    result = _landed(_attempt(cache="hit").result(answer, AT), "enrichment_result")
    assert result["answer"] == '{"certain":true,"intent":"delivery"}'
    assert (result["status"], result["label"], result["language"], result["cache"]) == (
        "answered", "delivery", "nl", "hit",
    )  # fmt: skip


def test_without_an_answer_the_result_says_why_and_nothing_else() -> None:
    for status in ("unanswered", "skipped"):
        without: Any = status
        result = _landed(_attempt().result(None, AT, without), "enrichment_result")
        assert (result["status"], result["label"], result["answer"]) == (status, None, None)


def test_an_attempt_and_an_answer_print_without_what_they_hold() -> None:
    printed = repr(_attempt()) + repr(Answer("a label", {"intent": "a value"})) + repr(_reply())
    assert [word for word in (PROMPT, TEXT, "a label", "a value") if word in printed] == []
