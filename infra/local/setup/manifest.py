"""Tells Kafka Connect which classes a plugin brings, where its makers do not.

Apicurio's converter has no ServiceLoader manifest (KIP-898), and without one Connect opens every jar to look for
plugins: nine seconds at each start. Apache Kafka's `connect-plugin-path sync-manifests` writes the same jar.
"""

import zipfile
from pathlib import Path

CONVERTERS = "META-INF/services/org.apache.kafka.connect.storage.Converter"
AVRO_CONVERTER = "io.apicurio.registry.utils.converter.AvroConverter"
PLUGIN = "debezium-connector-mariadb"
NAME = "inland-manifest.jar"


def write_manifest(connect: Path) -> None:
    """Put the manifest beside the plugin's jars; `connect` is Connect's plugin path."""
    with zipfile.ZipFile(connect / PLUGIN / NAME, "w") as jar:
        jar.writestr(CONVERTERS, f"{AVRO_CONVERTER}\n")
