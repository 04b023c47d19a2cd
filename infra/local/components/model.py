"""The model server: TGI's protocol around a small model on the CPU."""

import sys

from infra.local.component import Component, PortUse
from infra.local.layout import Layout
from infra.local.probes import http_ok
from infra.local.settings import HOST, ROOT, LocalSettings


def model(settings: LocalSettings, layout: Layout) -> Component:
    """The model server; it is up when /health says that the model is loaded."""
    listen = ("--host", HOST, "--port", str(settings.model_port))
    server = (sys.executable, "-m", "infra.local.model", *listen)
    return Component(
        name="model",
        command=(*server, "--api-key-file", str(layout.secrets / "model-api-key")),
        environment={"PYTHONPATH": str(ROOT)},
        probe=http_ok(f"{settings.model_url}/health"),
        ports=(PortUse("model_port", settings.model_port),),
        address=settings.model_url,
    )
