"""What a topic's YAML may say; a key that is not named here is refused."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from avro_schemas.schemas import SchemaName


class Zone(StrEnum):
    """Who may read: see the handbook's page on zones."""

    RESTRICTED = "restricted"
    REDACTED = "redacted"
    AUDIT = "audit"


Role = Literal["operator", "gateway", "debezium", "redact", "enrich", "enrich-batch", "recommend", "sink", "replay"]
Format = Literal["debezium-avro", "debezium-signal", "faust-table", "order-part", "as-parent"]
Region = Literal["eu", "uk", "ch"]
REGIONS: tuple[Region, ...] = ("eu", "uk", "ch")
_DAY_MS = 86_400_000
Text = Annotated[str, Field(min_length=3)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Value(_Strict):
    """What a record's value is: a registered Avro record, or a named foreign format."""

    record: SchemaName | None = Field(default=None, alias="schema")
    format: Format | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.record is None) == (self.format is None):
            raise ValueError("value needs either `schema` or `format`, and not both")
        return self


class TopicSpec(_Strict):
    """One YAML of the catalogue. A regional spec stands for one topic a region."""

    name: str
    description: Text
    zone: Zone
    key: Text
    value: Value
    partitions: int = Field(ge=1, le=1024)
    regional: bool = False
    cleanup: Literal["delete", "compact", "compact,delete"] = "delete"
    retention_days: int | None = Field(default=None, ge=1, le=3650)
    max_message_bytes: int | None = Field(default=None, ge=1_048_588, le=16_777_216)
    dead_letters: bool = False
    producers: list[Role] = Field(min_length=1)
    consumers: list[Role]
    purpose: Text
    legal_basis: Text
    erasure: Text

    @model_validator(mode="after")
    def _retention_fits_cleanup(self) -> Self:
        if ("delete" in self.cleanup) != (self.retention_days is not None):
            raise ValueError("retention_days is for cleanup `delete` and must be given there")
        return self


class Topic(_Strict):
    """One topic as the broker knows it."""

    name: str
    spec: TopicSpec
    region: Region | None = None
    parent: str | None = None

    @property
    def zone(self) -> Zone:
        """Zone of the topic; a dead-letter topic keeps its parent's."""
        return self.spec.zone

    @property
    def config(self) -> dict[str, str]:
        """Topic configuration for the broker."""
        days = self.spec.retention_days
        # Kafka deletes whole closed segments: without a daily one, a quiet topic would keep records for twice as long.
        retention = {"retention.ms": str(days * _DAY_MS), "segment.ms": str(_DAY_MS)} if days else {}
        largest = self.spec.max_message_bytes
        size = {"max.message.bytes": str(largest)} if largest else {}
        return {"cleanup.policy": self.spec.cleanup, "min.insync.replicas": "1", **retention, **size}
