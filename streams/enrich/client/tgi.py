"""Text Generation Inference: `text_generation` on the server's root.

Source: TGI's OpenAPI document, `POST /`. The library calls it, and raises TGI's errors by their type.
"""

import time
from contextlib import aclosing
from typing import Any

from huggingface_hub import AsyncInferenceClient

from streams.enrich.client.answer import Answer, TokenTimes, from_headers, number
from streams.enrich.client.failures import CutShortError, StatedError
from streams.enrich.client.parameters import Parameters
from streams.enrich.client.request import Request
from streams.enrich.client.transport import Exchange


def arguments(parameters: Parameters) -> dict[str, Any]:
    """Keyword arguments of `text_generation`. `do_sample` false: greedy."""
    return {
        "max_new_tokens": parameters.max_new_tokens,
        "stop": list(parameters.stop) or None,
        "seed": parameters.seed,
        "do_sample": False,
        "return_full_text": False,
        "grammar": _grammar(parameters),
    }


def _grammar(parameters: Parameters) -> dict[str, Any] | None:
    if parameters.schema is not None:
        return {"type": "json", "value": dict(parameters.schema)}
    return None if parameters.regex is None else {"type": "regex", "value": parameters.regex}


async def generate(hub: AsyncInferenceClient, request: Request, exchange: Exchange) -> Answer:
    """The whole answer at once; times and token counts are the server's word, from its headers."""
    output = await hub.text_generation(request.prompt, details=True, **arguments(request.parameters))
    if not isinstance(output.generated_text, str):
        raise StatedError(output.get("error"), output.get("error_type"))
    headers, details = exchange.headers, output.details
    reason = str(details.finish_reason) if details else None
    return Answer(
        text=_without_stop(output.generated_text, reason, request.parameters.stop),
        finish_reason=reason,
        input_tokens=number(headers.get("x-prompt-tokens")),
        output_tokens=number(details.generated_tokens if details else headers.get("x-generated-tokens")),
        server_queue_us=from_headers(headers, "x-queue-time"),
        inference_us=from_headers(headers, "x-inference-time"),
        per_token_us=from_headers(headers, "x-time-per-token"),
    )


async def stream(hub: AsyncInferenceClient, request: Request) -> Answer:
    """Token by token; times are measured here, since streams carry no timing headers."""
    times, whole = TokenTimes(time.monotonic_ns), None
    events = await hub.text_generation(request.prompt, details=True, stream=True, **arguments(request.parameters))
    async with aclosing(events):
        async for event in events:
            times.token()
            if event.details is not None and isinstance(event.generated_text, str):
                whole = event  # read on to the end: only then can the connection be used again
    if whole is None:
        raise CutShortError
    reason = str(whole.details.finish_reason)
    return Answer(
        text=_without_stop(whole.generated_text, reason, request.parameters.stop),
        finish_reason=reason,
        input_tokens=number(whole.details.input_length),
        output_tokens=number(whole.details.generated_tokens),
        first_token_us=times.first_us,
        per_token_us=times.per_token_us,
    )


def _without_stop(text: str, reason: str | None, stop: tuple[str, ...]) -> str:
    # TGI leaves the stop sequence at the answer's end, the OpenAI routes take it away.
    if reason == "stop_sequence":
        for sequence in stop:
            if text.endswith(sequence):
                return text.removesuffix(sequence)
    return text
