"""The Debezium connector that reads the shop's binlog into one topic: `inland connect apply`, a one-shot."""

from collections.abc import Mapping, Sequence

import yaml

from infra.local.component import Component, Step
from infra.local.files import write_atomic
from infra.local.layout import Layout
from infra.local.secrets import secret
from infra.local.settings import HOST, LocalSettings

NAME = "demo-mariadb"
"""What `inland connect apply` calls the connector of the shop `demo`."""

PASSWORD_FILE = "debezium.properties"  # noqa: S105 - a file's name


def connector(
    settings: LocalSettings, layout: Layout, command: tuple[str, ...], environment: Mapping[str, str]
) -> Component:
    """Done when the connector's task runs; needs the shop's tables and the topic they are routed to."""

    def prepare() -> Sequence[Step]:
        write_connectors(settings, layout)
        return ()

    return Component(
        name="connector",
        command=command,
        needs=("connect", "apply", "shop-schema"),
        environment=environment,
        prepare=prepare,
        address=f"{settings.connect_url}/connectors/{NAME}",
    )


def write_connectors(settings: LocalSettings, layout: Layout) -> None:
    """Write the connectors file, and the password where the Connect worker may read it."""
    line = f"password={secret(layout, 'mariadb-debezium')}\n"
    write_atomic(layout.run_of("connect") / PASSWORD_FILE, line, mode=0o600)
    write_atomic(layout.connectors_file, connectors_yaml(settings, layout))


def connectors_yaml(settings: LocalSettings, layout: Layout) -> str:
    """The connectors file: the generated shop's database. On loopback nothing is encrypted."""
    shop = {
        "shop": "demo",
        "host": HOST,
        "port": settings.mariadb_port,
        "user": "debezium",
        "password_file": str(layout.run_of("connect") / PASSWORD_FILE),
        "database": "shop",
        "server_id": 5401,
        "ssl_mode": "disable",
    }
    return yaml.safe_dump({"connectors": [shop]}, sort_keys=False)
