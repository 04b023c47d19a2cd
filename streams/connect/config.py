"""The configuration of a Debezium connector for MariaDB, whole, from the captured tables and one shop's place. Pure.

Source: Debezium's documentation, connector for MariaDB; Apicurio Registry's, Kafka Connect converters.
"""

from dataclasses import dataclass

from streams.connect.capture import excluded_columns, include_list, long_columns, message_keys, truncation
from streams.connect.connectors import Connector
from streams.connect.routing import routing
from topics.names import CONNECT_NOTIFICATIONS, CONNECT_SIGNALS

Config = dict[str, str]

MAX_RECORD_BYTES = 4_000_000
"""Both images of a row with its longest text at three bytes a code unit, and the rest of it; a stage can still put it
among its dead letters."""

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every connector of a Connect cluster shares, as its workers reach it."""

    kafka_bootstrap: str
    registry_url: str
    """Root of Apicurio's own REST API, version 2: the converter speaks no other."""


def connector_config(connector: Connector, around: Surroundings) -> Config:
    """The configuration as Kafka Connect takes it; the password is a reference that the worker resolves."""
    return {
        "connector.class": "io.debezium.connector.mariadb.MariaDbConnector",
        "tasks.max": "1",
        "topic.prefix": connector.shop,
        **_database(connector),
        **_rows(connector),
        **_snapshots(connector, around),
        **_history(connector, around),
        **_pace(connector),
        **_values(around),
        **routing(connector),
        **_writing(),
    }


def _database(connector: Connector) -> Config:
    trust = {"database.ssl.truststore": connector.truststore_file} if connector.truststore_file else {}
    return {
        "database.hostname": connector.host,
        "database.port": str(connector.port),
        "database.user": connector.user,
        "database.password": f"${{file:{connector.password_file}:password}}",
        "database.ssl.mode": connector.ssl_mode,
        **trust,
        "database.server.id": str(connector.server_id),
        "connect.keep.alive.interval.ms": "5000",
    }


def _rows(connector: Connector) -> Config:
    return {
        "database.include.list": connector.database,
        "table.include.list": include_list(connector),
        "column.exclude.list": excluded_columns(connector),
        truncation(): long_columns(connector),
        "message.key.columns": message_keys(connector),
        "decimal.handling.mode": "string",
        "bigint.unsigned.handling.mode": "long",
        # Microseconds for a time of day; a datetime is milliseconds, and a timestamp text, as the mapping expects.
        "time.precision.mode": "adaptive_time_microseconds",
        "field.name.adjustment.mode": "avro",
        "schema.name.adjustment.mode": "avro",
        # The statement's text would be personal data that no schema knows.
        "include.query": "false",
        "include.schema.changes": "false",
        "tombstones.on.delete": "true",
        # A new password changes nothing that is captured.
        "skip.messages.without.change": "true",
        # TRUNCATE names no row, so it has no key to be sent under.
        "skipped.operations": "t",
        "event.processing.failure.handling.mode": "fail",
        "inconsistent.schema.handling.mode": "fail",
    }


def _snapshots(connector: Connector, around: Surroundings) -> Config:
    return {
        # Also when the binlog no longer holds the place where the connector stopped.
        "snapshot.mode": "when_needed",
        "snapshot.locking.mode": "minimal",
        # A snapshot on request needs no table of its own in the shop's database: the watermarks are GTIDs.
        "read.only": "true",
        "incremental.snapshot.chunk.size": "1024",
        "signal.enabled.channels": "kafka",
        "signal.kafka.topic": CONNECT_SIGNALS,
        "signal.kafka.groupId": f"inland-connect-signals-{connector.shop}",
        "signal.kafka.bootstrap.servers": around.kafka_bootstrap,
        "signal.poll.interval.ms": "1000",
        "notification.enabled.channels": "sink",
        "notification.sink.topic.name": CONNECT_NOTIFICATIONS,
    }


def _history(connector: Connector, around: Surroundings) -> Config:
    return {
        "schema.history.internal.kafka.bootstrap.servers": around.kafka_bootstrap,
        # Debezium makes this topic itself, with one partition that nothing expires from: it must be kept for ever.
        "schema.history.internal.kafka.topic": f"inland-connect-schema-history-{connector.shop}",
        "schema.history.internal.store.only.captured.tables.ddl": "true",
    }


def _pace(connector: Connector) -> Config:
    return {
        # A quiet shop's place in the binlog moves on with these, or it would be purged from under the connector.
        "heartbeat.interval.ms": "10000",
        "topic.heartbeat.prefix": "inland-heartbeat",
        "poll.interval.ms": "50",
        "max.batch.size": "1024",
        "max.queue.size": "4096",
        "max.queue.size.in.bytes": str(32 * 1024 * 1024),
        # For the heartbeats alone: `inland apply` makes the topic of the changes.
        "topic.creation.default.replication.factor": "-1",
        "topic.creation.default.partitions": "1",
        "topic.creation.default.cleanup.policy": "delete",
        "topic.creation.default.retention.ms": str(_DAY_MS),
    }


def _values(around: Surroundings) -> Config:
    converter = {
        "apicurio.registry.url": around.registry_url,
        "apicurio.registry.auto-register": "true",
        "apicurio.registry.auto-register.if-exists": "RETURN_OR_UPDATE",
        # The Confluent frame: magic 0 and four bytes of the id by which the registry's Confluent API knows the schema.
        "apicurio.registry.id-handler": "io.apicurio.registry.serde.Legacy4ByteIdHandler",
        "apicurio.registry.use-id": "contentId",
        "apicurio.registry.headers.enabled": "false",
        # Many tables in one topic: a subject is a record's name, never the topic's.
        "apicurio.registry.artifact-resolver-strategy": (
            "io.apicurio.registry.serde.avro.strategy.QualifiedRecordIdStrategy"
        ),
        "apicurio.registry.request-timeout-ms": "5000",
    }
    return {
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter": "io.apicurio.registry.utils.converter.AvroConverter",
        **{f"value.converter.{key}": value for key, value in converter.items()},
    }


def _writing() -> Config:
    return {
        "producer.override.acks": "all",
        "producer.override.enable.idempotence": "true",
        "producer.override.linger.ms": "5",
        "producer.override.compression.type": "lz4",
        "producer.override.max.request.size": str(MAX_RECORD_BYTES),
    }
