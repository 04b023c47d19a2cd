"""Every setting of Inland's stages, once. Each is an environment variable `INLAND_<NAME>`.

Secrets are never settings: a setting names the file that holds one.
"""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, HttpUrl, PositiveFloat
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """Defaults fit the local platform of `infra/local`; a deployment sets its own."""

    model_config = SettingsConfigDict(env_prefix="INLAND_", frozen=True, hide_input_in_errors=True)

    kafka_bootstrap: str = Field(default="127.0.0.1:19092", description="Kafka brokers, host:port[,host:port].")
    registry_url: str = Field(
        default="http://127.0.0.1:18081/apis/ccompat/v7", description="Root of a Confluent-compatible schema registry."
    )

    connect_url: str = Field(default="http://127.0.0.1:18083", description="Root of Kafka Connect's REST API.")
    connectors_file: Path = Field(
        default=Path(".state/connectors.yaml"), description="YAML with the shops' databases that are captured."
    )

    clickhouse_host: str = Field(default="127.0.0.1", description="ClickHouse's HTTP interface: host.")
    clickhouse_port: Port = Field(default=18123, description="ClickHouse's HTTP interface: port.")
    clickhouse_user: str = Field(default="writer", description="ClickHouse user of this process.")
    clickhouse_password_file: Path | None = Field(default=None, description="File with that user's password.")
    clickhouse_database: str = Field(default="inland", description="Database that holds Inland's tables.")

    residency_policy: Path | None = Field(
        default=None,
        description="YAML with regions, countries and model servers; without it the one that ships with Inland.",
    )
    model_concurrency: int = Field(default=4, ge=1, le=512, description="Model calls in flight per worker.")
    model_batch_share: float = Field(
        default=0.5, gt=0, le=1, description="Part of model_concurrency that a batch worker may use, at least one call."
    )
    model_cache_mb: int = Field(
        default=0, ge=0, le=4096, description="Memory of a worker for answers to repeated prompts, MB; 0: none is kept."
    )
    model_deadline_s: float = Field(default=60.0, gt=0, le=600, description="Longest wait for one answer, seconds.")

    shops_file: Path = Field(default=Path(".state/shops.yaml"), description="YAML with the shops and their secrets.")
    region_keys_dir: Path = Field(
        default=Path(".state/secrets/regions"), description="One file per region: the key of its pseudonyms, hex."
    )
    gate_keys_dir: Path = Field(
        default=Path(".state/secrets/gate"),
        description="One file per region: the key that blinds what the last gate looks for, hex.",
    )
    policy_file: Path | None = Field(
        default=None, description="YAML with the redaction policy; without it the one that ships with Inland."
    )
    data_dir: Path = Field(default=Path(".state/data/streams"), description="Local state of this process.")
    client_id: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9._-]{1,200}$",
        description="What a worker calls itself to Kafka, by which `inland watch` knows it; else inland-<role>.",
    )

    http_host: str = Field(default="127.0.0.1", description="Where this process serves HTTP.")
    http_port: Port = Field(default=18088, description="Port of the gateway, or of a stage's health and metrics.")

    webhook_body_limit_bytes: int = Field(
        # Kafka takes 1,048,588 bytes with key and envelope, unless max.message.bytes says more.
        default=1_000_000,
        ge=1024,
        le=4_000_000,
        description="Largest webhook body accepted.",
    )
    webhook_read_timeout_s: float = Field(default=10.0, gt=0, le=60, description="Longest wait for a whole body.")
    webhook_broker_timeout_s: float = Field(default=4.0, gt=0, le=30, description="Longest wait for Kafka, seconds.")
    webhook_stall_s: float = Field(
        default=2.0, gt=0, le=30, description="An older unconfirmed delivery has new ones refused at once: 503."
    )
    webhook_waiting: int = Field(default=512, ge=1, description="Most deliveries that wait for Kafka; then 503.")
    webhook_held_bytes: int = Field(
        default=67_108_864, ge=1_048_576, description="Most bytes of bodies in memory; then 503."
    )
    webhook_connections: int = Field(default=1024, ge=1, description="Most connections open at once; then 503.")
    webhook_remembered: int = Field(
        default=50_000, ge=1, description="Deliveries that a repetition is recognised among, about 300 bytes each."
    )
    webhook_remembered_s: float = Field(default=600.0, gt=0, description="For how long a repetition is recognised.")
    webhook_stop_delay_s: float = Field(
        default=0.2, ge=0, le=60, description="From /ready saying no to closing the port: longer behind a balancer."
    )
    webhook_stop_timeout_s: float = Field(
        default=15.0, gt=0, le=60, description="Longest wait for answers under way when the gateway stops."
    )
    shops_reload_s: float = Field(
        default=2.0, gt=0, le=60, description="Between two looks at the shops file and its secrets, seconds."
    )

    redact_processes: int = Field(
        default=1, ge=1, le=64, description="Processes that look for personal data, one thread and some 250 MB each."
    )
    name_models: str = Field(
        default="",
        description="spaCy models beside Inland's own, by language: de=de_core_news_md,fr=fr_core_news_md.",
    )
    redact_timeout_s: float = Field(
        default=20.0, gt=0, le=600, description="Longest look at one batch of texts; what takes longer is held back."
    )
    entity_quiet_s: float = Field(
        default=1.0, gt=0, le=60, description="An entity whose rows have not changed for so long is told as it is."
    )
    entity_patience_s: float = Field(
        default=30.0, gt=0, le=3600, description="Longest wait for missing rows before they are asked for, and again."
    )
    cart_abandoned_minutes: float = Field(
        default=60.0, gt=0, le=10_080, description="A cart that has not changed for so long is abandoned."
    )

    batch_size: int = Field(default=3000, ge=1, le=10_000, description="Most messages a stage takes at once.")
    batch_budget_s: float = Field(
        default=0.25, gt=0, le=10, description="Time after which a batch is written, however many messages are left."
    )
    session_timeout_s: float = Field(
        default=20.0, ge=6, le=300, description="A worker that gives no sign of life for so long loses its partitions."
    )
    drain_timeout_s: float = Field(
        default=15.0, gt=0, le=45, description="Longest wait for batches under way when partitions go or a stage stops."
    )
    refusals_in_a_row: int = Field(
        default=100, ge=1, description="A stage that refuses more messages in a row stops: see dead letters."
    )
    refusals_share: float = Field(
        default=0.5, gt=0, le=1, description="A stage that refuses more of the newest 1,000 messages stops."
    )
    table_standby_replicas: int = Field(
        default=0, ge=0, le=8, description="Copies of each table that other workers keep ready."
    )
    table_recovery_timeout_s: float = Field(
        default=60.0, ge=10, description="A table whose recovery stands still for so long ends the worker."
    )
    delivery_timeout_s: float = Field(default=30.0, gt=0, description="Longest wait for a broker's confirmation.")

    otlp_endpoint: str | None = Field(
        default=None,
        description="Root URL of an OTLP/HTTP collector in your own network; without it nothing is traced.",
    )
    otlp_ca_file: Path | None = Field(default=None, description="PEM that the collector's https is checked against.")
    trace_share: float = Field(default=1.0, ge=0, le=1, description="Share of the traces that are kept.")

    watch_max_lag: int = Field(default=10_000, ge=0, description="Records waiting in a partition: more is `lagging`.")
    watch_no_progress_s: float = Field(
        default=60.0, gt=0, description="Records wait and the offset stands still, or nobody reads: so long is dead."
    )
    watch_patience: dict[str, PositiveFloat] = Field(
        # No reason for a restart: two rounds of model calls, each with two time-outs of INLAND_MODEL_DEADLINE_S; a
        # ClickHouse that is started again.
        default={"inland-enrich": 300.0, "inland-enrich-batch": 300.0, "inland-sink": 300.0},
        description="Groups with another bound than INLAND_WATCH_NO_PROGRESS_S, as JSON: group -> seconds.",
    )
    watch_interval_s: float = Field(default=5.0, gt=0, le=60, description="Between two looks of the watch, seconds.")
    watch_deadline_s: float = Field(default=10.0, gt=0, le=60, description="Longest wait for Kafka in one look.")
    watch_workers: dict[str, list[HttpUrl]] = Field(
        default={},
        description="Workers whose /metrics tell what is parked, as JSON: group -> list of root URLs.",
    )

    def client_id_of(self, role: str) -> str:
        """What the process of a role calls itself to Kafka."""
        return self.client_id or f"inland-{role}"


@cache
def settings() -> Settings:
    """The settings of this process, read from the environment once."""
    return Settings()


def secret(path: Path | None) -> str:
    """Content of a secret's file without the closing newline; empty without a file."""
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8").rstrip("\n")
    except OSError as error:
        raise ValueError(
            f"the secret's file {path} cannot be read ({type(error).__name__}): check path and mode"
        ) from None
