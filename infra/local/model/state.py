"""What the routes share: the settings from the start, the loaded model once it is there."""

from dataclasses import dataclass, field

from aiohttp import web

from infra.local.model.engine import Engine
from infra.local.model.errors import UnhealthyError
from infra.local.model.generation import Generator
from infra.local.model.metrics import Metrics
from infra.local.model.settings import Settings
from infra.local.model.wire.responses import Info


@dataclass(frozen=True, slots=True)
class Runtime:
    """The loaded model and what is known of it."""

    engine: Engine
    generator: Generator
    info: Info
    fingerprint: str


@dataclass(slots=True)
class State:
    """`runtime` is `None` while the model loads."""

    settings: Settings
    metrics: Metrics = field(default_factory=Metrics)
    runtime: Runtime | None = None


STATE: web.AppKey[State] = web.AppKey("state", State)


def runtime_of(request: web.Request) -> Runtime:
    """The loaded model. Raises `UnhealthyError` while there is none."""
    runtime = request.app[STATE].runtime
    if runtime is None:
        raise UnhealthyError("the model is loading")
    return runtime
