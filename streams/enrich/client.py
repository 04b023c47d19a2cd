"""One region's model server through huggingface_hub's AsyncInferenceClient.

What the client does by default and must not here: send a Hugging Face token to the server, follow a redirect or a
proxy away from it, wait for ever, and open more calls than the server takes.
"""

import asyncio
import time
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpx
from huggingface_hub import AsyncInferenceClient, set_async_client_factory
from huggingface_hub.errors import (
    GenerationError,
    HfHubHTTPError,
    IncompleteGenerationError,
    InferenceTimeoutError,
    OverloadedError,
    TextGenerationError,
    ValidationError,
)
from huggingface_hub.utils._http import async_hf_response_event_hook

from avro_schemas.records import CallOutcome
from streams.delivery.failure import UnavailableError
from streams.enrich.breaker import Breaker
from streams.metrics import MODEL_CIRCUIT_OPEN, MODEL_IN_FLIGHT

_NO_KEY = "-"  # a value: with none the client would send HF_TOKEN
_answer_headers: ContextVar[dict[str, str] | None] = ContextVar("answer_headers", default=None)


@dataclass(frozen=True, slots=True)
class Parameters:
    """Generation parameters, as TGI names them."""

    max_new_tokens: int
    stop: tuple[str, ...]
    seed: int
    grammar: dict[str, Any] | None = None

    def as_arguments(self) -> dict[str, Any]:
        """Keyword arguments of `text_generation`. Greedy: the same prompt gives the same answer."""
        return {
            "max_new_tokens": self.max_new_tokens,
            "stop": list(self.stop) or None,
            "seed": self.seed,
            "do_sample": False,
            "return_full_text": False,
            "grammar": self.grammar,
        }


@dataclass(frozen=True, slots=True)
class Reply:
    """How one attempt ended. `text` is None unless the outcome is `answered`."""

    outcome: CallOutcome
    queued_us: int
    total_us: int
    text: str | None = None
    error_type: str | None = None
    may_pass: bool = False
    """Whether trying again later may help."""
    finish_reason: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    server_queue_us: int | None = None
    inference_us: int | None = None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What the server says it serves."""

    model_id: str
    model_sha: str | None


class ModelClient:
    """Calls to one region's endpoint, at most `concurrency` at a time."""

    def __init__(self, region: str, url: str, api_key: str, *, concurrency: int, deadline_s: float) -> None:
        """`deadline_s`: longest time of one call, the wait for a free place not counted."""
        set_async_client_factory(_local_client)
        self.region = region
        self.url = url.rstrip("/")
        self.deadline_s = deadline_s
        self._key = api_key or _NO_KEY
        self._places = asyncio.Semaphore(concurrency)
        self._client = AsyncInferenceClient(base_url=self.url, provider="hf-inference", api_key=self._key)
        self._breaker = Breaker(time.monotonic)
        self._info: ModelInfo | None = None

    async def info(self) -> ModelInfo:
        """Model id and revision from `/info`, asked again after each outage: another model may have come up.

        UnavailableError when the server does not answer: no attempt is made before it is known what would be asked.
        """
        if self._info is None:
            try:
                self._info = await self._ask_info()
            except (httpx.HTTPError, ValueError):
                raise self._away() from None
        return self._info

    async def _ask_info(self) -> ModelInfo:
        async with _local_client(timeout_s=10.0) as client:
            answer = await client.get(f"{self.url}/info", headers={"Authorization": f"Bearer {self._key}"})
            answer.raise_for_status()
            stated = answer.json()
            return ModelInfo(str(stated.get("model_id", "")), stated.get("model_sha"))

    async def generate(self, prompt: str, parameters: Parameters) -> Reply:
        """One attempt. What a server or network does to it is the reply's outcome.

        UnavailableError while the circuit is open: no attempt was made.
        """
        arrived = time.monotonic_ns()
        async with self._places:
            if not self._breaker.admit():
                raise self._away()
            with MODEL_IN_FLIGHT.labels(self.region).track_inprogress():
                return await self._guarded(prompt, parameters, _since_us(arrived))

    async def _guarded(self, prompt: str, parameters: Parameters, queued_us: int) -> Reply:
        answered = False
        try:
            reply = await self._send(prompt, parameters, queued_us)
            answered = not reply.may_pass
            return reply
        finally:
            # Given up half-way, by a rebalance for one, counts as not answered: the next probe will tell.
            if answered:
                self._breaker.succeeded()
            else:
                self._breaker.failed()
                self._info = None
            MODEL_CIRCUIT_OPEN.labels(self.region).set(self._breaker.state != "closed")

    def _away(self) -> UnavailableError:
        return UnavailableError(f"the model server of {self.region}")

    async def _send(self, prompt: str, parameters: Parameters, queued_us: int) -> Reply:
        started = time.monotonic_ns()
        headers: dict[str, str] = {}
        token = _answer_headers.set(headers)
        try:
            async with asyncio.timeout(self.deadline_s):
                output = await self._client.text_generation(prompt, details=True, **parameters.as_arguments())
        except (TimeoutError, httpx.HTTPError, HfHubHTTPError, InferenceTimeoutError, TextGenerationError) as error:
            return _failure(error, queued_us, _since_us(started))
        finally:
            _answer_headers.reset(token)
        details = output.details
        return Reply(
            outcome="answered",
            queued_us=queued_us,
            total_us=_since_us(started),
            text=output.generated_text,
            finish_reason=str(details.finish_reason) if details else None,
            input_tokens=_number(headers.get("x-prompt-tokens")),
            output_tokens=details.generated_tokens if details else _number(headers.get("x-generated-tokens")),
            server_queue_us=_milliseconds(headers.get("x-queue-time")),
            inference_us=_milliseconds(headers.get("x-inference-time")),
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()  # type: ignore[no-untyped-call]


def _failure(error: BaseException, queued_us: int, total_us: int) -> Reply:
    def reply(outcome: CallOutcome, may_pass: bool, name: str = type(error).__name__) -> Reply:
        return Reply(outcome, queued_us, total_us, error_type=name, may_pass=may_pass)

    match error:
        case TimeoutError() | InferenceTimeoutError() | httpx.TimeoutException():
            return reply("timeout", True)
        case OverloadedError():
            return reply("overloaded", True)
        case ValidationError():
            return reply("failed", False)
        case GenerationError() | IncompleteGenerationError():
            return reply("failed", True)
        case HfHubHTTPError():
            status = error.response.status_code
            return reply(
                "overloaded" if status == 429 else "failed", status in (401, 429) or status >= 500, f"http_{status}"
            )
        case _:
            return reply("failed", True)


def _since_us(started_ns: int) -> int:
    return (time.monotonic_ns() - started_ns) // 1000


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None


def _milliseconds(text: str | None) -> int | None:
    number = _number(text)
    return None if number is None else number * 1000


def _local_client(timeout_s: float | None = None) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        timeout=timeout_s,
        event_hooks={"response": [async_hf_response_event_hook, _keep_headers]},
    )


async def _keep_headers(response: httpx.Response) -> None:
    # The client hides the answer's headers; TGI tells its queue and inference times there.
    kept = _answer_headers.get()
    if kept is not None:
        kept.update({name.lower(): value for name, value in response.headers.items()})
