"""Settings of the platform without containers; each is an environment variable with the prefix `INLAND_LOCAL_`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]
"""The project's root: where pyproject.toml and infra/ lie."""

HOST = "127.0.0.1"
"""Every part listens on loopback only."""

ENV_PREFIX = "INLAND_LOCAL_"

PORT_FIELDS = (
    "kafka_port",
    "kafka_controller_port",
    "connect_port",
    "registry_port",
    "mariadb_port",
    "clickhouse_port",
    "model_port",
    "gateway_port",
    "redact_port",
    "enrich_port",
    "enrich_batch_port",
    "recommend_port",
    "sink_port",
    "watch_port",
)


class LocalSettings(BaseSettings):
    """Where the platform keeps its state, which ports it takes and how much memory each JVM may use."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="ignore", frozen=True)

    state_dir: Path = Field(ROOT / ".state", description="data, logs, secrets and the status file of one platform")
    lib_dir: Path = Field(ROOT / ".state" / "lib", description="what set-up fetched; many platforms may share it")

    kafka_port: int = 19092
    kafka_controller_port: int = 19093
    connect_port: int = 18083
    registry_port: int = 18081
    mariadb_port: int = 13306
    clickhouse_port: int = 18123
    model_port: int = 18080
    gateway_port: int = 18088
    redact_port: int = 19101
    enrich_port: int = 19102
    recommend_port: int = 19103
    sink_port: int = 19104
    watch_port: int = 19105
    enrich_batch_port: int = 19106

    kafka_heap_mb: int = Field(384, ge=128)
    connect_heap_mb: int = Field(320, ge=128)
    registry_heap_mb: int = Field(224, ge=96)
    class_archives: bool = Field(True, description="each JVM writes its classes down when it stops, to start faster")
    mariadb_buffer_mb: int = Field(128, ge=16)
    clickhouse_memory_mb: int = Field(1500, ge=256, description="max_server_memory_usage of the ClickHouse engine")

    restart_infrastructure: bool = Field(
        False, description="start Kafka, MariaDB, ClickHouse, registry, Connect and the model again too when they die"
    )
    model_endpoint: str = Field(
        "", description="root URL that enrich is given for every region instead of the model server's own, e.g. a proxy"
    )

    start_deadline_s: float = Field(120.0, gt=0, description="longest time one component may take to become healthy")
    stop_deadline_s: float = Field(20.0, gt=0, description="longest time one component may take to stop, then SIGKILL")

    probe_pause_s: float = Field(5.0, gt=0, description="between two probes of a component that has been healthy")
    liveness_failures: int = Field(5, ge=1, description="so many failed liveness probes in a row end a stage's process")
    liveness_start_s: float = Field(
        600.0, ge=0, description="longest time a stage's process may take to its first health before liveness counts"
    )
    liveness_rest_s: float = Field(
        60.0, ge=0, description="least time between two such ends of a stage; doubles while they do not help, to 30 min"
    )

    @property
    def kafka_bootstrap(self) -> str:
        """Address of the broker for clients."""
        return f"{HOST}:{self.kafka_port}"

    @property
    def registry_url(self) -> str:
        """Root of the registry's Confluent-compatible REST API."""
        return f"http://{HOST}:{self.registry_port}/apis/ccompat/v7"

    @property
    def connect_url(self) -> str:
        """Root of Kafka Connect's REST API."""
        return f"http://{HOST}:{self.connect_port}"

    @property
    def model_url(self) -> str:
        """Root of the model server."""
        return f"http://{HOST}:{self.model_port}"

    @property
    def gateway_url(self) -> str:
        """Root of the webhook gateway."""
        return f"http://{HOST}:{self.gateway_port}"

    @property
    def watch_url(self) -> str:
        """Root of the watch."""
        return f"http://{HOST}:{self.watch_port}"

    @property
    def clickhouse_url(self) -> str:
        """Root of the ClickHouse HTTP interface."""
        return f"http://{HOST}:{self.clickhouse_port}"

    def environment(self) -> dict[str, str]:
        """The variables that give another process the same settings."""
        return {f"{ENV_PREFIX}{name}".upper(): str(value) for name, value in self.model_dump().items()}


def variable_of(field: str) -> str:
    """Name of the environment variable that sets `field`, for messages."""
    return f"{ENV_PREFIX}{field}".upper()
