"""One request, put to any engine: the same prompt continued, under the same bounds, seed and shape of the answer."""

from huggingface_hub import AsyncInferenceClient

from streams.enrich.client import openai, tgi
from streams.enrich.client.answer import Answer
from streams.enrich.client.request import Request
from streams.enrich.client.transport import Exchange
from streams.residency.endpoints import ModelEndpoint

NO_KEY = "-"
"""Sent where the endpoint has no key: with none at all the library would send HF_TOKEN."""


def hub_for(endpoint: ModelEndpoint, key: str) -> AsyncInferenceClient:
    """A client of the library for an endpoint. Its connections are those of the exchange in which it is first used."""
    return AsyncInferenceClient(base_url=endpoint.url.rstrip("/"), provider="hf-inference", api_key=key or NO_KEY)


async def ask(
    hub: AsyncInferenceClient, endpoint: ModelEndpoint, model: str, request: Request, exchange: Exchange
) -> Answer:
    """The answer to one request. Raises what `failures.failure_of` knows; sets no bound on time."""
    if not request.stream:
        if endpoint.engine == "tgi":
            return await tgi.generate(hub, request, exchange)
        return await openai.generate(hub, endpoint.engine, model, request)
    # The library keeps every stream of a client until the client ends: one client a stream, over the same connections.
    async with hub_for(endpoint, hub.token or NO_KEY) as short:
        if endpoint.engine == "tgi":
            return await tgi.stream(short, request)
        return await openai.stream(short, endpoint.engine, model, request)
