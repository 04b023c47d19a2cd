"""Debezium's change-event envelope. Source: Debezium documentation, connector for MariaDB, "Data change events".

On the wire it is Avro in the Confluent frame, each version of a table a schema of its own; what was recorded is JSON.
A `0000-00-00` arrives as null where the column may be null, and as 0, the epoch, where it may not.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

import orjson

from avro_schemas.codec import Codec, WireError
from streams.delivery.message import Message
from streams.delivery.refusal import RefusedError
from streams.sources.fields import Json, child, integer, moment_ms, text
from streams.sources.tables import TABLES

Operation = Literal["c", "u", "d", "r", "t"]

_MAGIC = b"\0"
_REMEDY = "check the connector's converter and table list, then replay the dead letter"
_REMEDY_AVRO = (
    "see that INLAND_REGISTRY_URL is the registry that the connector registers with and that it has not lost "
    "schemas, then replay the dead letter"
)


@dataclass(frozen=True, slots=True)
class Change:
    """One row change. `before` and `after` hold the row's columns: personal data as it came."""

    shop_id: str
    table: str
    op: Operation
    before: Json = field(repr=False)
    after: Json = field(repr=False)
    position: str
    """Binlog file:position:row; as text it sorts as the binlog runs, until a RESET MASTER numbers the files anew.

    Rows of a snapshot (`r`) have the place where it was taken: many share one.
    """
    changed_at: datetime
    """Time of the binlog event; of the snapshot for `r`."""
    database: str = ""
    prefix: str = ""
    """What stands before the logical name of the shop's tables."""

    @property
    def row(self) -> Json:
        """The row as it is now, or was before its deletion."""
        return self.before if self.op == "d" else self.after


def parse(message: Message, codec: Codec | None = None) -> Change | None:
    """The change in a message; None for a tombstone; RefusedError when it is no envelope of a table we know.

    Avro needs a `codec`; it asks the registry for a schema that it has not seen: RegistryError when that is away.
    """
    if message.value is None:
        return None
    envelope = _envelope(message.value, codec)
    if not isinstance(envelope, dict) or "source" not in envelope or "op" not in envelope:
        raise RefusedError("debezium: the value is no change-event envelope", _REMEDY)
    operation = envelope["op"]
    if operation not in get_args(Operation):
        raise RefusedError("debezium: unknown operation in the envelope", _REMEDY)
    source = child(envelope, "source")
    full = text(source, "table")
    table = _logical_table(full)
    change = Change(
        shop_id=text(source, "name"),
        table=table,
        op=operation,
        before=child(envelope, "before"),
        after=child(envelope, "after"),
        position=f"{text(source, 'file')}:{integer(source, 'pos', 0):020d}:{integer(source, 'row', 0):06d}",
        changed_at=moment_ms(source, "ts_ms"),
        database=text(source, "db"),
        prefix=full.removesuffix(table),
    )
    if not change.row and operation != "t":
        raise RefusedError("debezium: the envelope holds no row", "set binlog_row_image=FULL on the shop's database")
    return change


def _envelope(value: bytes, codec: Codec | None) -> Any:
    if codec is not None and value[:1] == _MAGIC:
        try:
            return codec.decode_as_written(value)
        except WireError as error:
            raise RefusedError(f"debezium: {error}", _REMEDY_AVRO) from None
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        raise RefusedError("debezium: the value is neither framed Avro nor JSON", _REMEDY) from None


def _logical_table(table: str) -> str:
    for known in TABLES:
        if table.endswith(known):
            return known
    raise RefusedError("debezium: a table that no mapping knows", "narrow the connector's table.include.list")
