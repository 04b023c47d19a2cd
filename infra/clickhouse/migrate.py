"""Brings a ClickHouse database to the newest schema, one numbered file at a time.

A file holds `-- up` and `-- down`, statements ended by `;` at a line's end. Every statement says IF [NOT] EXISTS: two
runs at once, or one after a crash, do the same again and harm nothing. What is applied stands in `schema_migrations`
with a checksum; a file changed afterwards is refused, for then nobody knows what the database holds.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from clickhouse_connect.driver.client import Client

DATABASE = "inland"
FOLDER = Path(__file__).parent / "migrations"
_NAME = re.compile(r"(\d{4})_[a-z0-9_]+")
_DATABASE_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migrations
(
    name String,
    checksum FixedString(64),
    direction Enum8('up' = 1, 'down' = 2),
    applied_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree ORDER BY (name, applied_at)
"""
_APPLIED = """
SELECT name, checksum
FROM (SELECT * FROM schema_migrations ORDER BY applied_at DESC, direction DESC LIMIT 1 BY name)
WHERE direction = 'up'
"""


class MigrationError(Exception):
    """A migration file is wrong or was changed after it was applied; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One change of the schema, forward and back."""

    name: str
    up: tuple[str, ...]
    down: tuple[str, ...]
    checksum: str


def read(path: Path) -> Migration:
    """Read one file; MigrationError when name or sections are wrong."""
    text = path.read_text(encoding="utf-8")
    head, up, rest = text.partition("\n-- up\n")
    forward, down, back = rest.partition("\n-- down\n")
    if not _NAME.fullmatch(path.stem) or not (head and up and down):
        raise MigrationError(f"{path.name}: wants the name NNNN_what.sql, a comment, `-- up` and `-- down`")
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return Migration(path.stem, _statements(forward), _statements(back), checksum)


def _statements(section: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r";\s*(?:\n|$)", section) if part.strip())


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """All migrations in order; MigrationError when two share a number or one is missing."""
    found = [read(path) for path in sorted(folder.glob("*.sql"))]
    numbers = [int(migration.name[:4]) for migration in found]
    if numbers != list(range(1, len(found) + 1)):
        raise MigrationError(f"migrations must be numbered 0001, 0002, ... without gap or double: {numbers}")
    return found


def migrate(client: Client, database: str = DATABASE, folder: Path = FOLDER) -> list[str]:
    """Apply what is missing, in order; returns the names applied, none when the database is up to date.

    `client` must be connected without a database, or with one that exists; it may create databases and tables.
    MigrationError when an applied file has changed since.
    """
    wanted = migrations(folder)
    if not _DATABASE_NAME.fullmatch(database):
        raise MigrationError(
            "a database name has small letters, digits and underscores only: mend INLAND_CLICKHOUSE_DATABASE"
        )
    client.command(f"CREATE DATABASE IF NOT EXISTS {database}")
    before, client.database = client.database, database
    try:
        client.command(_LEDGER)
        missing = pending(wanted, applied(client))
        for migration in missing:
            _carry_out(client, migration, migration.up, "up")
        return [migration.name for migration in missing]
    finally:
        client.database = before


def revert(client: Client, database: str = DATABASE, folder: Path = FOLDER) -> str | None:
    """Take the newest applied migration back, its data included; returns its name, None when there is none."""
    before, client.database = client.database, database
    try:
        done = applied(client)
        newest = next((one for one in reversed(migrations(folder)) if one.name in done), None)
        if newest is not None:
            _carry_out(client, newest, newest.down, "down")
        return newest.name if newest else None
    finally:
        client.database = before


def applied(client: Client) -> dict[str, str]:
    """Checksum by name of what the client's database has."""
    found = client.query(_APPLIED)
    return {name: checksum.decode() for name, checksum in found.result_rows}


def pending(wanted: list[Migration], done: dict[str, str]) -> list[Migration]:
    """What is still to be applied; MigrationError when an applied file has changed."""
    for migration in wanted:
        if done.get(migration.name, migration.checksum) != migration.checksum:
            raise MigrationError(
                f"{migration.name} was applied and has changed since: restore the file, put the change into a new one"
            )
    return [migration for migration in wanted if migration.name not in done]


def _carry_out(client: Client, migration: Migration, statements: tuple[str, ...], direction: str) -> None:
    for statement in statements:
        client.command(statement)
    row = [migration.name, migration.checksum.encode(), direction]
    client.insert("schema_migrations", [row], column_names=["name", "checksum", "direction"], database=client.database)
