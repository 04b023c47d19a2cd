"""The ClickHouse engine behind clickhouse-local's HTTP listener, in a process of its own."""

import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from string import Template

from infra.local.component import Component, PortUse, Probe, Step
from infra.local.files import write_atomic
from infra.local.layout import Layout
from infra.local.probes import http_ok
from infra.local.secrets import secret
from infra.local.settings import HOST, ROOT, LocalSettings

TEMPLATES = ROOT / "infra" / "clickhouse" / "server"
USERS = ("writer", "analyst", "compliance")
LIBRARY = Path("clickhouse/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so")


def clickhouse(settings: LocalSettings, layout: Layout) -> Component:
    """The engine; it is up when the writer can query it."""
    run, data = layout.run_of("clickhouse"), layout.data_of("clickhouse")

    def prepare() -> Sequence[Step]:
        for name, text in server_files(settings, layout, run).items():
            write_atomic(run / name, text, mode=0o600)
        return ()

    options = {
        "--library": settings.lib_dir / LIBRARY,
        "--config": run / "config.xml",
        "--data-dir": data,
        "--host": HOST,
        "--http-port": settings.clickhouse_port,
    }
    return Component(
        name="clickhouse",
        command=(sys.executable, "-m", "infra.local.clickhouse", *(str(x) for pair in options.items() for x in pair)),
        environment={"PYTHONPATH": str(ROOT)},
        prepare=prepare,
        probe=_query_as_writer(settings, layout),
        ports=(PortUse("clickhouse_port", settings.clickhouse_port),),
        address=settings.clickhouse_url,
    )


def server_files(settings: LocalSettings, layout: Layout, run: Path) -> dict[str, str]:
    """The engine's configuration and users, rendered; passwords appear as SHA-256 only."""
    values = {f"{user}_sha256": _sha256(secret(layout, f"clickhouse-{user}")) for user in USERS}
    values |= {
        "users_file": str(run / "users.xml"),
        "memory_bytes": str(settings.clickhouse_memory_mb * 1024 * 1024),
        "threads": str(min(os.cpu_count() or 2, 8)),
    }
    return {name: Template((TEMPLATES / name).read_text()).substitute(values) for name in ("config.xml", "users.xml")}


def _query_as_writer(settings: LocalSettings, layout: Layout) -> Probe:
    async def probe() -> None:
        password = secret(layout, "clickhouse-writer")
        headers = {"X-ClickHouse-User": "writer", "X-ClickHouse-Key": password}
        await http_ok(f"{settings.clickhouse_url}/?query=SELECT%201", headers)()

    return probe


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
