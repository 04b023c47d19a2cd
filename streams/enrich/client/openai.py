"""vLLM, SGLang and llama.cpp's server: a raw prompt continued on `/v1/completions`.

The library's own method for OpenAI's routes is `chat_completion`, which puts the prompt into the model's chat template:
another question than TGI is asked. So the body is made here and goes the library's way from there, through the one
method that all of its calls share; its name begins with an underscore, and tests hold the installed version to it.

How each engine is told of a schema or a regex; each ignores what it does not know, so each gets its own words:

- vLLM: `structured_outputs: {json|regex}` from 0.12 on, `guided_json` and `guided_regex` before. Both are sent: a
  version knows one of them. https://docs.vllm.ai/en/latest/features/structured_outputs/
- SGLang: `json_schema`, as text, and `regex` on this route; `response_format` is for chat alone.
  `CompletionRequest` in python/sglang/srt/entrypoints/openai/protocol.py of sgl-project/sglang
- llama.cpp: `json_schema`, an object, or `grammar`; this route hands both to the sampler, and looks at no
  `response_format`. tools/server/README.md of ggml-org/llama.cpp, and `oaicompat_completion_params_parse` there
"""

import json
import time
from contextlib import aclosing
from typing import Any

from huggingface_hub import AsyncInferenceClient
from huggingface_hub.inference._common import RequestParameters

from streams.enrich.client.answer import Answer, TokenTimes, milliseconds, number
from streams.enrich.client.closed_schema import closed
from streams.enrich.client.failures import CutShortError, StatedError
from streams.enrich.client.gbnf import grammar_of
from streams.enrich.client.parameters import Parameters
from streams.enrich.client.request import Request
from streams.residency.endpoints import Engine


def body(engine: Engine, model: str, request: Request) -> dict[str, Any]:
    """The request's JSON. Temperature 0: greedy. GrammarError when llama.cpp has no grammar for the regex."""
    parameters = request.parameters
    made: dict[str, Any] = {
        "model": model,
        "prompt": request.prompt,
        "max_tokens": parameters.max_new_tokens,
        "temperature": 0.0,
        "seed": parameters.seed,
        "stream": request.stream,
        **_shape(engine, parameters),
    }
    if parameters.stop:
        made["stop"] = list(parameters.stop)
    if request.stream:
        made["stream_options"] = {"include_usage": True}
    return made


def _shape(engine: Engine, parameters: Parameters) -> dict[str, Any]:
    schema = None if parameters.schema is None else closed(parameters.schema)
    regex = parameters.regex
    match engine:
        case "vllm" if schema is not None:
            return {"structured_outputs": {"json": schema}, "guided_json": schema}
        case "vllm" if regex is not None:
            return {"structured_outputs": {"regex": regex}, "guided_regex": regex}
        case "sglang" if schema is not None:
            return {"json_schema": json.dumps(schema)}
        case "sglang" if regex is not None:
            return {"regex": regex}
        case "llama.cpp" if schema is not None:
            return {"json_schema": schema}
        case "llama.cpp" if regex is not None:
            return {"grammar": grammar_of(regex)}
        case _:
            return {}


async def generate(hub: AsyncInferenceClient, engine: Engine, model: str, request: Request) -> Answer:
    """The whole answer at once."""
    sent = await hub._inner_post(_post(hub, body(engine, model, request)))
    told = json.loads(sent)
    return _answer(told, _text(told), None)


async def stream(hub: AsyncInferenceClient, engine: Engine, model: str, request: Request) -> Answer:
    """Token by token; the counts come in the last events."""
    times, parts, last = TokenTimes(time.monotonic_ns), list[str](), dict[str, Any]()
    lines = await hub._inner_post(_post(hub, body(engine, model, request)), stream=True)
    async with aclosing(lines):  # type: ignore[type-var]  # an async generator, typed as less
        async for line in lines:
            kind, _, data = line.partition(":")
            if kind not in {"data", "error"} or (data := data.strip()) == "[DONE]":
                continue
            told = json.loads(data)
            if kind == "error":
                raise StatedError(told)
            if text := _text(told, streamed=True):
                times.token()
                parts.append(text)
            last.update({key: value for key, value in told.items() if value})
            if (choices := told.get("choices")) and choices[0].get("finish_reason"):
                last["ended"] = choices
    if "ended" not in last:
        raise CutShortError
    return _answer(last | {"choices": last["ended"]}, "".join(parts), times)


def _post(hub: AsyncInferenceClient, made: dict[str, Any]) -> RequestParameters:
    return RequestParameters(
        url=f"{hub.model}/v1/completions",
        task="unknown",
        model=None,
        json=made,
        data=None,
        headers={"authorization": f"Bearer {hub.token}", "content-type": "application/json"},
    )


def _text(told: dict[str, Any], *, streamed: bool = False) -> str:
    if told.get("error") is not None or told.get("object") == "error":
        raise StatedError(told.get("error") or told, told.get("error_type"))
    choices = told.get("choices")
    if streamed and not choices:
        return ""  # the event that carries the counts
    text = choices[0]["text"] if choices else None
    if not isinstance(text, str):
        raise TypeError("no text in an answer")
    return text


def _answer(told: dict[str, Any], text: str, times: TokenTimes | None) -> Answer:
    usage, timings = told.get("usage") or {}, told.get("timings") or {}
    prompt_us, answer_us = milliseconds(timings.get("prompt_ms")), milliseconds(timings.get("predicted_ms"))
    stated = milliseconds(timings.get("predicted_per_token_ms"))
    return Answer(
        text=text,
        finish_reason=_finish_reason(told["choices"][0]),
        input_tokens=number(usage.get("prompt_tokens")),
        output_tokens=number(usage.get("completion_tokens")),
        inference_us=None if prompt_us is None or answer_us is None else prompt_us + answer_us,
        first_token_us=times.first_us if times else None,
        per_token_us=stated if stated is not None or times is None else times.per_token_us,
    )


def _finish_reason(choice: dict[str, Any]) -> str | None:
    # OpenAI says `stop` for two ends; vLLM tells them apart by stop_reason, SGLang by matched_stop.
    reason = choice.get("finish_reason")
    if reason != "stop":
        return reason if reason in {"length", "abort", "content_filter"} else None
    for name in ("stop_reason", "matched_stop"):
        if name in choice:
            return "stop_sequence" if isinstance(choice[name], str) else "eos_token"
    return "stop"
