"""Server-sent events and the wire models behind them."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.local.model.streaming import frame
from infra.local.model.wire.generate import CompatGenerateRequest, GenerateParameters, GenerateRequest
from infra.local.model.wire.openai import ChatRequest, CompletionRequest
from infra.local.model.wire.responses import ErrorResponse, StreamResponse, Token

CONTRACT = Path(__file__).parents[2] / "platform" / "tgi_openapi.json"
NOT_READ = {"ChatRequest": {"logit_bias", "logprobs", "n", "tool_prompt", "top_logprobs"}}


def test_an_event_is_one_data_line_whatever_its_text_holds() -> None:
    token = Token(id=1, text='a\n\ndata: "é"\r', logprob=-0.5, special=False)
    written = frame(StreamResponse(index=1, token=token, generated_text=None, details=None))
    assert written.startswith(b"data: {")
    assert written.endswith(b"}\n\n")
    assert written.count(b"\n") == 2
    assert b"\r" not in written
    assert json.loads(written[6:])["token"]["text"] == token.text


def test_fields_that_were_not_set_are_absent_and_nulls_that_were_set_are_there() -> None:
    token = Token(id=1, text="a", logprob=None, special=False)
    event = json.loads(frame(StreamResponse(index=1, token=token, generated_text=None, details=None))[6:])
    assert set(event) == {"index", "token", "generated_text", "details"}


def test_an_error_inside_a_stream_is_an_event() -> None:
    assert frame(ErrorResponse(error="e", error_type="generation")) == (
        b'data: {"error":"e","error_type":"generation"}\n\n'
    )


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("GenerateParameters", GenerateParameters),
        ("GenerateRequest", GenerateRequest),
        ("CompatGenerateRequest", CompatGenerateRequest),
        ("ChatRequest", ChatRequest),
        ("CompletionRequest", CompletionRequest),
    ],
)
def test_every_field_of_the_contract_s_requests_is_read(name: str, model: Any) -> None:
    contract = json.loads(CONTRACT.read_text(encoding="utf-8"))["components"]["schemas"][name]
    unread = NOT_READ.get(name, set())
    assert set(contract["properties"]) - unread == set(model.model_fields)
    assert {field for field, info in model.model_fields.items() if info.is_required()} == set(
        contract.get("required", [])
    )
