"""What a server says it serves, asked the way its engine knows.

TGI: `GET /info`. vLLM: `/v1/models` and `/version`. SGLang: `/v1/models`. llama.cpp: `/props`. TGI alone names a
revision.
"""

from typing import Any

import httpx

from streams.enrich.client.answer import number
from streams.enrich.client.reply import ModelInfo
from streams.residency.endpoints import ModelEndpoint


async def ask(client: httpx.AsyncClient, endpoint: ModelEndpoint, key: str) -> ModelInfo:
    """One or two small requests; httpx.HTTPError, OSError or one of parsing's errors where no answer is of use."""

    async def get(path: str) -> Any:
        answer = await client.get(f"{endpoint.url.rstrip('/')}{path}", headers={"authorization": f"Bearer {key}"})
        answer.raise_for_status()
        return answer.json()

    match endpoint.engine:
        case "tgi":
            return of_tgi(await get("/info"))
        case "vllm":
            return of_openai(await get("/v1/models"), endpoint.model, _text((await get("/version")).get("version")))
        case "sglang":
            return of_openai(await get("/v1/models"), endpoint.model, None)
        case "llama.cpp":
            return of_llama_cpp(await get("/props"))


def of_tgi(told: Any) -> ModelInfo:
    """From TGI's `/info`."""
    return ModelInfo(
        model_id=_named(told["model_id"]),
        model_sha=_text(told.get("model_sha")),
        max_concurrent_requests=number(told.get("max_concurrent_requests")),
        max_input_tokens=number(told.get("max_input_tokens")),
        max_total_tokens=number(told.get("max_total_tokens")),
        version=_text(told.get("version")),
    )


def of_openai(told: Any, wanted: str | None, version: str | None) -> ModelInfo:
    """From `/v1/models`: the model that the policy names, else the first."""
    served = told["data"]
    one = next((model for model in served if model["id"] == wanted), None) if wanted else served[0]
    if one is None:
        raise LookupError("the server does not serve the model that the policy names")
    return ModelInfo(_named(one["id"]), max_total_tokens=number(one.get("max_model_len")), version=version)


def of_llama_cpp(told: Any) -> ModelInfo:
    """From llama.cpp's `/props`. Its slots are no bound: what is beyond them waits in the server."""
    context = (told.get("default_generation_settings") or {}).get("n_ctx")
    # Without an alias both are the path of its file, which is nobody's business.
    name = _text(told.get("model_alias")) or _text(told.get("model_path")) or ""
    return ModelInfo(
        _named(name.rpartition("/")[2] if name.startswith("/") else name),
        max_total_tokens=number(context),
        version=_text(told.get("build_info")),
    )


def _named(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise LookupError("the server does not say which model it serves")
    return value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
