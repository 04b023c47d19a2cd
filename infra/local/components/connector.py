"""The Debezium connector that reads the shop's binlog into one topic."""

import json
import sys
from collections.abc import Sequence
from string import Template

from infra.local.component import Component, Step
from infra.local.files import write_atomic
from infra.local.layout import Layout
from infra.local.secrets import secret
from infra.local.settings import HOST, ROOT, LocalSettings

NAME = "demo-mariadb"
TEMPLATE = ROOT / "infra" / "connect" / f"{NAME}.json"
PASSWORD_FILE = "debezium.properties"  # noqa: S105 - a file's name


def connector(settings: LocalSettings, layout: Layout) -> Component:
    """Done when the connector's task runs; needs the shop's tables and the topic they are routed to."""

    def prepare() -> Sequence[Step]:
        line = f"password={secret(layout, 'mariadb-debezium')}\n"
        write_atomic(layout.run_of("connect") / PASSWORD_FILE, line, mode=0o600)
        return ()

    return Component(
        name="connector",
        command=(sys.executable, "-m", "infra.local.register"),
        needs=("connect", "apply", "shop-schema"),
        environment={"PYTHONPATH": str(ROOT), **settings.environment()},
        prepare=prepare,
        address=f"{settings.connect_url}/connectors/{NAME}",
    )


def connector_config(settings: LocalSettings, layout: Layout) -> dict[str, str]:
    """The connector's configuration; the password is a reference to a file that the Connect worker reads."""
    values = {
        "host": HOST,
        "port": str(settings.mariadb_port),
        "kafka": settings.kafka_bootstrap,
        "password_file": str(layout.run_of("connect") / PASSWORD_FILE),
    }
    config: dict[str, str] = json.loads(Template(TEMPLATE.read_text(encoding="utf-8")).substitute(values))
    return config
