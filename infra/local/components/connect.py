"""Kafka Connect, distributed, with the Debezium connector for MariaDB as its only plugin."""

from collections.abc import Sequence
from pathlib import Path

from infra.local.component import Component, PortUse, Step
from infra.local.components.java import archive_of, jvm
from infra.local.files import write_atomic
from infra.local.layout import Layout
from infra.local.probes import http_ok
from infra.local.settings import HOST, LocalSettings


def worker_properties(settings: LocalSettings, layout: Layout) -> str:
    """The worker's configuration; passwords reach a connector from files, never through a topic."""
    values = {
        "bootstrap.servers": settings.kafka_bootstrap,
        "group.id": "inland-connect",
        "listeners": f"http://{HOST}:{settings.connect_port}",
        "plugin.path": settings.lib_dir / "connect",
        "plugin.discovery": "service_load",
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable": "false",
        "config.storage.topic": "inland-connect-configs",
        "config.storage.replication.factor": 1,
        "offset.storage.topic": "inland-connect-offsets",
        "offset.storage.replication.factor": 1,
        "offset.storage.partitions": 1,
        "offset.flush.interval.ms": 2000,
        "status.storage.topic": "inland-connect-status",
        "status.storage.replication.factor": 1,
        "status.storage.partitions": 1,
        "scheduled.rebalance.max.delay.ms": 0,
        "session.timeout.ms": 10000,
        "topic.creation.enable": "true",
        "config.providers": "file",
        "config.providers.file.class": "org.apache.kafka.common.config.provider.FileConfigProvider",
        "config.providers.file.param.allowed.paths": layout.run_of("connect"),
    }
    return "".join(f"{key}={value}\n" for key, value in values.items())


def connect(settings: LocalSettings, layout: Layout) -> Component:
    """The worker; it is up when its REST API says that it has joined its group."""
    config = layout.run_of("connect") / "worker.properties"
    java = jvm(settings.connect_heap_mb, archive_of("connect", settings, layout))

    def prepare() -> Sequence[Step]:
        write_atomic(config, worker_properties(settings, layout))
        return ()

    return Component(
        name="connect",
        command=(
            *java,
            "-cp",
            classpath(settings.lib_dir),
            "org.apache.kafka.connect.cli.ConnectDistributed",
            str(config),
        ),
        needs=("kafka",),
        prepare=prepare,
        probe=http_ok(f"{settings.connect_url}/health"),
        ports=(PortUse("connect_port", settings.connect_port),),
        address=settings.connect_url,
    )


def classpath(lib: Path) -> str:
    """Connect's runtime lies among the broker's jars."""
    return f"{lib / 'kafka'}/*"
