"""Whether a process is traced. What that takes is loaded only where it is."""

from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import cast

from streams.settings import Settings


def tracing(settings: Settings, role: str) -> AbstractContextManager[None]:
    """Trace what the process does while the block runs; see streams.tracing.setup. Off without INLAND_OTLP_ENDPOINT."""
    if settings.otlp_endpoint is None:
        return nullcontext()
    return cast(AbstractContextManager[None], import_module("streams.tracing.setup").tracing(settings, role))
