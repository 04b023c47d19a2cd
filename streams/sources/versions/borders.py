"""Where one version ends and the next begins, told by a row that comes. Pure."""

from datetime import timedelta

from streams.clock import from_ms
from streams.delivery.refusal import RefusedError
from streams.sources.assembly.kinds import kind_of, kind_of_row
from streams.sources.assembly.parts import Part
from streams.sources.assembly.rows import Rows
from streams.sources.debezium import Change
from streams.sources.fields import text
from streams.sources.versions.kept_parts import KeptParts, Place
from streams.sources.versions.memory import Memory
from streams.sources.versions.pace import Pace

# The binlog's times are cut to it.
_BINLOG_SECOND = timedelta(seconds=1)


def moves(rows: Rows, change: Change) -> bool:
    """Whether the row opens another version of its entity."""
    kind = kind_of(rows) or kind_of_row(change)
    return kind is not None and kind.moves(rows, change)


def header_last(rows: Rows, change: Change) -> bool:
    """Whether a save of this entity that began with details ends with the entity's own row."""
    kind = kind_of(rows) or kind_of_row(change)
    return kind is not None and kind.header_last


def counts(rows: Rows, change: Change) -> bool:
    """Whether the row changes what counts on with every sale, and may leave no other trace within a second."""
    key, kind = text(change.row, "meta_key"), kind_of(rows)
    if kind is None or key not in kind.counters:
        return False
    return rows.meta(change.table).get(key) not in (None, text(change.row, "meta_value"))


def rested(memory: Memory, change: Change, pace: Pace) -> bool:
    """Whether the version under way was quiet in the shop's own time before this row, however close to it it comes."""
    rest = change.changed_at - from_ms(memory.written)
    return bool(memory.opened) and change.op != "r" and rest >= pace.quiet + _BINLOG_SECOND


def refunded(memory: Memory, rows: Rows, parts: KeptParts, part: Part) -> bool:
    """Whether the version under way ends with the part's coming: a refund is written before the order's row moves."""
    kind = kind_of(rows)
    if part.kind != "refund" or parts.knows(part) or not memory.opened or kind is None:
        return False
    return part.position > rows.position_of(kind.header)


def differs(memory: Memory, rows: Rows, parts: KeptParts) -> bool:
    """Whether the details say something else than the version before, as the rows told it."""
    kind = kind_of(rows)
    if kind is None or not memory.shown:
        return False
    try:
        payload = kind.payload(rows, parts.at(Place("")))
        version = kind.event(payload, memory.lineage(""))["version"] if payload is not None else None
    except RefusedError:
        return False
    return version is not None and content(version) != memory.shown


def content(version: str) -> str:
    """The part of a version that its content gives, without status and date."""
    return version.rpartition("/")[2]
