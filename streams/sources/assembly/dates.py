"""Times of the database in the form of the REST API: UTC without a zone, to the second."""

from datetime import UTC, datetime

from streams.sources.fields import Json, integer, wrong


def gmt(row: Json, column: str) -> str | None:
    """A datetime column, which Debezium gives in milliseconds; None for null and for WordPress' zero date.

    Debezium writes a zero date as null, or as the epoch where the column allows no null.
    """
    return _iso(row, column, 1000)


def epoch(meta: Json, key: str) -> str | None:
    """A meta value in seconds since the epoch."""
    return _iso(meta, key, 1)


def _iso(record: Json, name: str, per_second: int) -> str | None:
    number = integer(record, name, 0)
    if number <= 0:
        return None
    try:
        return datetime.fromtimestamp(number // per_second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    except (OverflowError, ValueError, OSError):
        raise wrong(name, "a date") from None
