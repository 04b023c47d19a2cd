"""What the sink needs to know, taken from the one settings object."""

from dataclasses import dataclass, field

from streams.audit.batch import BatchLimits
from streams.delivery.limit import RefusalLimit
from streams.settings import Settings, secret


@dataclass(frozen=True, slots=True)
class SinkSettings:
    """Addresses and bounds of the sink. Times are seconds."""

    kafka_bootstrap: str
    clickhouse_host: str
    clickhouse_port: int
    clickhouse_user: str
    clickhouse_password: str = field(repr=False)
    clickhouse_database: str = "inland"
    group: str = "inland-sink"
    limits: BatchLimits = field(default_factory=BatchLimits)
    insert_timeout_s: float = 30.0
    """Longest time one attempt of one insert may take, on either side."""
    drain_s: float = 20.0
    """Longest wait for batches in flight when partitions are taken away or the sink stops."""
    delivery_timeout_s: float = 30.0
    session_timeout_s: float = 10.0
    """A sink that gives no sign of life for so long loses its partitions."""
    refusals: RefusalLimit = field(default_factory=lambda: RefusalLimit(in_a_row=100, share=0.5))
    inserts_at_once: int = 4

    @classmethod
    def of(cls, settings: Settings) -> "SinkSettings":
        """The sink's part of the settings; reads the password's file."""
        return cls(
            kafka_bootstrap=settings.kafka_bootstrap,
            clickhouse_host=settings.clickhouse_host,
            clickhouse_port=settings.clickhouse_port,
            clickhouse_user=settings.clickhouse_user,
            clickhouse_password=secret(settings.clickhouse_password_file),
            clickhouse_database=settings.clickhouse_database,
            delivery_timeout_s=settings.delivery_timeout_s,
            # Half of the workers': nothing has to be read back before another sink can go on.
            session_timeout_s=max(6.0, settings.session_timeout_s / 2),
            refusals=RefusalLimit(settings.refusals_in_a_row, settings.refusals_share),
        )
