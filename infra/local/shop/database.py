"""The shop's MariaDB: how to log in, and its schema."""

import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import Cursor

from infra.local.shop.changes import PREFIX

CONNECT_TIMEOUT_S = 10
STATEMENT_TIMEOUT_S = 30
SQL_MODE = "NO_ENGINE_SUBSTITUTION"
"""WordPress clears the strict modes on its connections: that is how zero dates get into the tables."""


class ShopDatabaseError(Exception):
    """The database cannot be used; the message says what to do."""


class ShopDatabaseGoneError(ShopDatabaseError):
    """The server does not answer, or went away: it may come back."""


PREFIXES = re.compile("[a-z0-9_]{1,20}")

AWAY = frozenset({0, 1053, 1158, 1159, 1160, 1161, 1184, 1927, 2002, 2003, 2006, 2013, 2055})
"""Codes of a server that stops, or of a connection that is lost (MariaDB Error Codes; 0 is the driver's own)."""


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the shop's MariaDB listens and as whom to log in."""

    host: str
    port: int
    user: str
    password_file: Path | None
    database: str
    prefix: str = PREFIX
    """Of its tables. It becomes part of statements: small letters, digits and underscores only."""

    def __post_init__(self) -> None:
        """Raise ShopDatabaseError for a prefix that is none."""
        if not PREFIXES.fullmatch(self.prefix):
            raise ShopDatabaseError(
                f"{self.prefix!r} is no table prefix: small letters, digits and underscores, 1 to 20"
            )

    def connect(self) -> "Connection[Cursor]":
        """Open a connection with autocommit, like WordPress: every statement is its own transaction."""
        try:
            password = self.password_file.read_text("utf-8").strip() if self.password_file else ""
            return pymysql.connect(
                host=self.host,
                port=self.port,
                user=self.user,
                password=password,
                database=self.database,
                charset="utf8mb4",
                autocommit=True,
                connect_timeout=CONNECT_TIMEOUT_S,
                read_timeout=STATEMENT_TIMEOUT_S,
                write_timeout=STATEMENT_TIMEOUT_S,
                init_command=f"SET SESSION sql_mode = '{SQL_MODE}'",
            )
        except OSError as error:
            raise ShopDatabaseError(f"cannot read the password file {self.password_file}: {error.strerror}") from error
        except pymysql.MySQLError as error:
            code = error.args[0] if error.args else "unknown"
            kind = ShopDatabaseGoneError if code in AWAY else ShopDatabaseError
            raise kind(
                f"MariaDB at {self.host}:{self.port} refused user {self.user!r} on database {self.database!r} "
                f"(error {code}): start the platform, or check host, port and password file"
            ) from None


def create_schema(settings: DatabaseSettings) -> int:
    """Create every table that is missing and return how many statements ran."""
    statements = [s for name in ("wordpress", "orders") for s in _statements(name, settings.prefix)]
    with settings.connect() as connection, connection.cursor() as cursor:
        existing = table_names(cursor)
        missing = [s for s in statements if not any(f" {table} (" in s for table in existing)]
        for sql in missing:
            cursor.execute(sql)
    return len(missing)


def _statements(name: str, prefix: str) -> list[str]:
    text = (resources.files(__package__) / "schema" / f"{name}.sql").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    named = "\n".join(lines).replace(f"CREATE TABLE IF NOT EXISTS {PREFIX}", f"CREATE TABLE IF NOT EXISTS {prefix}")
    return [s.strip() for s in named.split(";\n") if s.strip()]


def table_names(cursor: Cursor) -> set[str]:
    """The tables that are there."""
    cursor.execute("SHOW TABLES")
    return {str(name) for (name,) in cursor.fetchall()}
