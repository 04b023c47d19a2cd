"""Apache Kafka: one node, broker and KRaft controller in one process."""

from collections.abc import Sequence
from pathlib import Path

from infra.local.component import Component, PortUse, Step
from infra.local.components.java import archive_of, jvm
from infra.local.files import write_atomic
from infra.local.layout import Layout
from infra.local.probes import kafka_ok
from infra.local.settings import HOST, LocalSettings

CLUSTER_ID = "aW5sYW5kLWxvY2FsLTAwMQ"
"""Any 16 bytes in URL-safe base64: a platform has one broker, found by its address."""


def server_properties(settings: LocalSettings, data: Path) -> str:
    """The broker's configuration: topics are made by `inland apply` alone, and every internal topic has one replica."""
    values = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{HOST}:{settings.kafka_controller_port}",
        "listeners": f"PLAINTEXT://{HOST}:{settings.kafka_port},CONTROLLER://{HOST}:{settings.kafka_controller_port}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{settings.kafka_port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "log.dirs": data,
        "auto.create.topics.enable": "false",
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 2,
        "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
        "log.segment.bytes": 128 * 1024 * 1024,
        "offsets.topic.replication.factor": 1,
        # The group that remembers replays has no members: its offsets must outlive the longest dead letters, 90 days.
        "offsets.retention.minutes": 90 * 24 * 60,
        "offsets.topic.num.partitions": 8,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "transaction.state.log.num.partitions": 8,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "share.coordinator.state.topic.num.partitions": 1,
        "group.initial.rebalance.delay.ms": 0,
        "controlled.shutdown.max.retries": 1,
    }
    return "".join(f"{key}={value}\n" for key, value in values.items())


def kafka(settings: LocalSettings, layout: Layout) -> Component:
    """The broker; it is up when it describes its cluster to a client."""
    config = layout.run_of("kafka") / "server.properties"
    data = layout.data_of("kafka")
    jars = settings.lib_dir / "kafka"
    classpath = ("-cp", f"{jars}/*")

    def prepare() -> Sequence[Step]:
        write_atomic(config, server_properties(settings, data))
        if (data / "meta.properties").exists():
            return ()
        tool = (*jvm(128, None), *classpath, "kafka.tools.StorageTool")
        return (Step((*tool, "format", "--cluster-id", CLUSTER_ID, "--config", str(config))),)

    return Component(
        name="kafka",
        command=(
            *jvm(settings.kafka_heap_mb, archive_of("kafka", settings, layout)),
            *classpath,
            "kafka.Kafka",
            str(config),
        ),
        prepare=prepare,
        probe=kafka_ok(settings.kafka_port),
        ports=(
            PortUse("kafka_port", settings.kafka_port),
            PortUse("kafka_controller_port", settings.kafka_controller_port),
        ),
        address=settings.kafka_bootstrap,
    )
