"""The open routes: `/health`, `/info`, `/metrics`, `/v1/models`."""

from aiohttp import web

from infra.local.model.errors import UnhealthyError
from infra.local.model.metrics import CONTENT_TYPE
from infra.local.model.state import STATE, runtime_of
from infra.local.model.wire.openai_responses import ModelInfo, ModelList


async def health(request: web.Request) -> web.StreamResponse:
    """`GET /health`: 200 without a body when calls are answered, else 503."""
    if not await runtime_of(request).engine.healthy():
        raise UnhealthyError("the engine does not answer")
    return web.Response()


async def info(request: web.Request) -> web.StreamResponse:
    """`GET /info`: the model, its checksum, the limits, and that this is a stand-in for TGI."""
    return web.json_response(text=runtime_of(request).info.to_json())


async def metrics(request: web.Request) -> web.StreamResponse:
    """`GET /metrics`: TGI's metrics in Prometheus' text format."""
    return web.Response(body=request.app[STATE].metrics.exposition(), headers={"Content-Type": CONTENT_TYPE})


async def models(request: web.Request) -> web.StreamResponse:
    """`GET /v1/models`: a list of one. TGI sends the list although its OpenAPI document shows a single model."""
    model_id = runtime_of(request).info.model_id
    listed = ModelList(object="list", data=[ModelInfo(id=model_id, object="model", created=0, owned_by=model_id)])
    return web.json_response(text=listed.to_json())
