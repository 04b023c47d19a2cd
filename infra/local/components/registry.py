"""Apicurio Registry, through its Confluent-compatible API; schemas and their ids live in an H2 file."""

from infra.local.component import Component, PortUse
from infra.local.components.java import archive_of, jvm
from infra.local.layout import Layout
from infra.local.probes import http_ok
from infra.local.settings import HOST, LocalSettings


def registry(settings: LocalSettings, layout: Layout) -> Component:
    """The registry; it is up when it lists its subjects. Ids survive a restart."""
    home = settings.lib_dir / "registry"
    data = layout.data_of("registry")
    properties = {
        "quarkus.http.host": HOST,
        "quarkus.http.port": settings.registry_port,
        "quarkus.http.access-log.enabled": "false",
        "quarkus.log.level": "WARN",
        # The management interface is built in: any free port, on loopback, or two platforms collide on its default.
        "quarkus.management.host": HOST,
        "quarkus.management.port": 0,
        "quarkus.oidc.tenant-enabled": "false",
        "apicurio.storage.kind": "sql",
        "apicurio.storage.sql.kind": "h2",
        "apicurio.datasource.url": f"jdbc:h2:file:{data}/registry",
        "apicurio.datasource.username": "sa",
        "apicurio.datasource.password": "sa",
        "apicurio.rest.deletion.artifact.enabled": "false",
    }
    options = tuple(f"-D{key}={value}" for key, value in properties.items())
    java = jvm(settings.registry_heap_mb, archive_of("registry", settings, layout), *options)
    return Component(
        name="registry",
        command=(*java, "-jar", str(home / "quarkus-run.jar")),
        probe=http_ok(f"{settings.registry_url}/subjects"),
        ports=(PortUse("registry_port", settings.registry_port),),
        address=settings.registry_url,
    )
