"""Wiring: routes, middlewares, and the loading of the model behind them."""

import asyncio
import importlib.metadata
import logging

from aiohttp import web
from aiohttp.typedefs import Middleware

from infra.local.model.engine import MODEL_ID, Engine, file_sha256, model_file
from infra.local.model.generation import Generator
from infra.local.model.middleware import errors_as_json, log_calls, require_key
from infra.local.model.routes import chat, completions, generate, status
from infra.local.model.settings import MAX_BEST_OF, MAX_BODY_BYTES, MAX_STOP_SEQUENCES, Settings
from infra.local.model.state import STATE, Runtime, State
from infra.local.model.wire.responses import Info

log = logging.getLogger("inland.model")


def create_app(settings: Settings) -> web.Application:
    """The application without a model: `load_model` brings it, until then calls are answered 503."""
    middlewares: list[Middleware] = [log_calls, errors_as_json]
    if settings.api_key is not None:
        middlewares.append(require_key(settings.api_key))
    app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=middlewares)
    app[STATE] = State(settings)
    app.add_routes(
        [
            web.post("/", generate.compat_generate),
            web.post("/generate", generate.generate),
            web.post("/generate_stream", generate.generate_stream),
            web.post("/tokenize", generate.tokenize),
            web.post("/invocations", completions.invocations),
            web.post("/v1/completions", completions.completions),
            web.post("/v1/chat/completions", chat.chat_completions),
            web.post("/chat_tokenize", chat.chat_tokenize),
            web.get("/health", status.health),
            web.get("/info", status.info),
            web.get("/metrics", status.metrics),
            web.get("/v1/models", status.models),
        ]
    )
    return app


async def load_model(app: web.Application) -> None:
    """Load the model into `app`. Raises `EngineUnavailableError`."""
    state = app[STATE]
    path = model_file()
    engine, sha256 = await asyncio.gather(Engine.load(state.settings), asyncio.to_thread(file_sha256, path))
    described = describe(state.settings, sha256=sha256)
    generator = Generator(engine, state.settings, state.metrics)
    state.runtime = Runtime(engine, generator, described, fingerprint=f"{described.version}-stand-in")
    log.info("model loaded id=%s sha256=%s", described.model_id, sha256)


async def unload_model(app: web.Application) -> None:
    """Cancel what runs and free the model."""
    state = app[STATE]
    runtime, state.runtime = state.runtime, None
    if runtime is not None:
        await runtime.engine.close()


def describe(settings: Settings, *, sha256: str) -> Info:
    """What `/info` tells."""
    binding = importlib.metadata.version("xllamacpp")
    return Info(
        model_id=MODEL_ID,
        model_sha=sha256,
        model_pipeline_tag="text-generation",
        max_concurrent_requests=settings.max_concurrent_requests,
        max_best_of=MAX_BEST_OF,
        max_stop_sequences=MAX_STOP_SEQUENCES,
        max_input_tokens=settings.max_input_tokens,
        max_total_tokens=settings.max_total_tokens,
        validation_workers=1,
        max_client_batch_size=1,
        router="inland.local.model",
        version=importlib.metadata.version("inland"),
        sha=None,
        docker_label=f"stand-in for TGI: SmolLM2-135M-Instruct Q4_1 through llama.cpp (xllamacpp {binding})",
        stand_in=True,
    )
