"""Raw records -> rows and dead letters. Knows the codec and the clock it is given; no Kafka, no ClickHouse."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from avro_schemas.codec import Codec, WireError
from avro_schemas.schemas import SchemaName
from streams.audit.bounds import check
from streams.audit.columns import Record
from streams.audit.place import Partition
from streams.audit.rows import Rows
from streams.delivery.message import Message
from streams.delivery.refusal import RefusedError


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that can never land, and why."""

    message: Message
    why: RefusedError


@dataclass(frozen=True, slots=True)
class Read:
    """A batch, read: what lands, and what becomes a dead letter."""

    rows: Rows
    refused: Sequence[Refused] = field(repr=False)


def read(messages: Sequence[Message], partition: Partition, schema: SchemaName, codec: Codec) -> Read:
    """Decode and check a batch. RegistryError when a writer's schema cannot be had just now: try the batch again."""
    offsets: list[int] = []
    records: list[Record] = []
    refused: list[Refused] = []
    for message in messages:
        try:
            records.append(_record(message, schema, codec))
            offsets.append(message.offset)
        except RefusedError as why:
            refused.append(Refused(message, why))
    return Read(Rows(partition, offsets, records), refused)


def _record(message: Message, schema: SchemaName, codec: Codec) -> Record:
    try:
        record: Record = codec.decode(schema, message.value)
    except WireError as error:
        remedy = "find the producer that wrote it; replay the dead letter once it can be read"
        raise RefusedError(f"no {schema}: {error}", remedy, type(error)) from None
    check(schema, record)
    return record
