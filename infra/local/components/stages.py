"""Inland's own processes: started as command lines, told everything by their environment."""

import json
import sys
from pathlib import Path

from infra.local.component import Component, PortUse, Probe
from infra.local.components.connector import connector
from infra.local.layout import Layout
from infra.local.probes import answers, http_ok, live
from infra.local.settings import HOST, ROOT, LocalSettings
from topics.model import Role
from topics.names import consumer_group

STORES = ("kafka", "registry", "clickhouse")

STAGES: dict[str, tuple[str, ...]] = {
    "gateway": ("gateway",),
    "redact": ("worker", "redact"),
    "enrich": ("worker", "enrich"),
    "enrich-batch": ("worker", "enrich-batch"),
    "recommend": ("worker", "recommend"),
    "sink": ("sink",),
    "watch": ("watch",),
}
"""Component -> the `inland` command that runs it."""

ALSO_NEEDS = {"enrich": ("model",), "enrich-batch": ("model",)}

IN_GROUP: tuple[Role, ...] = ("redact", "enrich", "enrich-batch", "recommend", "sink")
"""Stages that read as a consumer group: the watch follows them."""


def stages(settings: LocalSettings, layout: Layout) -> list[Component]:
    """`inland apply` and the shop's schema once, then the connector and every stage."""
    apply = Component(
        name="apply",
        command=inland("apply"),
        needs=STORES,
        environment=client_environment(settings, layout),
    )
    schema = Component(
        name="shop-schema",
        command=(sys.executable, "-m", "infra.local.shop", "schema"),
        needs=("mariadb",),
        environment={"PYTHONPATH": str(ROOT), **settings.environment()},
    )
    running = [_stage(name, settings, layout) for name in STAGES]
    capture = connector(settings, layout, inland("connect", "apply"), client_environment(settings, layout))
    return [apply, schema, capture, *running]


def inland(*arguments: str) -> tuple[str, ...]:
    """The command line of `inland` in this Python."""
    return (sys.executable, "-m", "streams.cli", *arguments)


def client_environment(settings: LocalSettings, layout: Layout) -> dict[str, str]:
    """What Inland's processes, tests and the demo need to reach this platform; names files of secrets, never values."""
    return {
        "PYTHONPATH": str(ROOT),
        **settings.environment(),
        "INLAND_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "INLAND_REGISTRY_URL": settings.registry_url,
        "INLAND_CLICKHOUSE_HOST": HOST,
        "INLAND_CLICKHOUSE_PORT": str(settings.clickhouse_port),
        "INLAND_CLICKHOUSE_USER": "writer",
        "INLAND_CLICKHOUSE_PASSWORD_FILE": str(layout.secrets / "clickhouse-writer"),
        "INLAND_CLICKHOUSE_DATABASE": "inland",
        "INLAND_RESIDENCY_POLICY": str(layout.residency_file),
        # A product is told with each change of its stock: the same words need not be read again by so slow a model.
        "INLAND_MODEL_CACHE_MB": "16",
        "INLAND_SHOPS_FILE": str(layout.shops_file),
        "INLAND_CONNECT_URL": settings.connect_url,
        "INLAND_CONNECTORS_FILE": str(layout.connectors_file),
        "INLAND_REGION_KEYS_DIR": str(layout.region_keys),
        "INLAND_GATE_KEYS_DIR": str(layout.gate_keys),
        "INLAND_HTTP_HOST": HOST,
    }


def port_field(name: str) -> str:
    """The setting that holds a component's port."""
    return f"{name.replace('-', '_')}_port"


def _stage(name: str, settings: LocalSettings, layout: Layout) -> Component:
    field = port_field(name)
    port: int = getattr(settings, field)
    data: Path = layout.data_of(name)
    return Component(
        name=name,
        command=inland(*STAGES[name]),
        needs=("apply", *ALSO_NEEDS.get(name, ())),
        environment={
            **client_environment(settings, layout),
            "INLAND_HTTP_PORT": str(port),
            "INLAND_DATA_DIR": str(data),
            **(_watched(settings) if name == "watch" else {}),
        },
        liveness=_liveness(name, settings),
        probe=http_ok(f"http://{HOST}:{port}/health"),
        ports=(PortUse(field, port),),
        address=f"http://{HOST}:{port}",
        restart=True,
    )


def _watched(settings: LocalSettings) -> dict[str, str]:
    urls = {consumer_group(name): [f"http://{HOST}:{getattr(settings, port_field(name))}"] for name in IN_GROUP}
    return {"INLAND_WATCH_WORKERS": json.dumps(urls)}


def _liveness(name: str, settings: LocalSettings) -> Probe | None:
    """Groups as the watch sees them; who serves HTTP alone must answer, and the watch answers for nobody but itself."""
    if name in IN_GROUP:
        return live(f"{settings.watch_url}/live/{consumer_group(name)}")
    return answers(f"http://{HOST}:{getattr(settings, port_field(name))}/health")
