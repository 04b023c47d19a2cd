"""Whether a schema may replace another by Apache Avro's own rules: BACKWARD, the new one reads what the old wrote.

`released/` holds the last released version of each record; a change that could not read it is refused before any
registry sees it. A release copies the changed .avsc there.
"""

from pathlib import Path

import avro.schema
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType

from avro_schemas.schemas import SchemaName

_RELEASED = Path(__file__).parent / "released"


def broken(reader: str, writer: str) -> list[str]:
    """What keeps a reader of schema `reader` from what `writer` wrote; empty when nothing does."""
    checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
    result = checker.get_compatibility(
        avro.schema.parse(reader, validate_enum_symbols=False), avro.schema.parse(writer, validate_enum_symbols=False)
    )
    if result.compatibility is SchemaCompatibilityType.compatible:
        return []
    return sorted(str(message) for message in result.messages) or ["incompatible"]


def released(name: SchemaName) -> str:
    """Text of the last released version; FileNotFoundError when the record was never released."""
    return (_RELEASED / f"{name}.avsc").read_text(encoding="utf-8")
