"""The shop's MariaDB: how to log in, its schema, and what it already holds."""

from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import Cursor

from infra.local.shop.changes import PRIMARY_KEYS, Table

CONNECT_TIMEOUT_S = 10
STATEMENT_TIMEOUT_S = 30
SQL_MODE = "NO_ENGINE_SUBSTITUTION"
"""WordPress clears the strict modes on its connections: that is how zero dates get into the tables."""


class ShopDatabaseError(Exception):
    """The database cannot be used; the message says what to do."""


class ShopDatabaseGoneError(ShopDatabaseError):
    """The server does not answer, or went away: it may come back."""


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


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the database already holds: next free ids, accounts by e-mail, and product id, stock, sales by SKU."""

    next_ids: dict[Table, int]
    accounts: dict[str, int] = field(repr=False)
    products: dict[str, tuple[int, int, int]]
    options: frozenset[str]


def create_schema(settings: DatabaseSettings) -> int:
    """Create every table that is missing and return how many statements ran."""
    statements = [s for name in ("wordpress", "orders") for s in _statements(name)]
    with settings.connect() as connection, connection.cursor() as cursor:
        existing = _tables(cursor)
        missing = [s for s in statements if not any(f" {table} (" in s for table in existing)]
        for sql in missing:
            cursor.execute(sql)
    return len(missing)


def holdings(settings: DatabaseSettings) -> Holdings:
    """Read what a new run must continue from."""
    with settings.connect() as connection, connection.cursor() as cursor:
        absent = set(Table) - _tables(cursor)
        if absent:
            raise ShopDatabaseError(f"{len(absent)} tables are missing: run `inland shop schema` first")
        next_ids = {}
        for table in Table:
            cursor.execute(f"SELECT COALESCE(MAX(`{PRIMARY_KEYS[table]}`), 0) + 1 FROM `{table}`")  # noqa: S608
            next_ids[table] = _number(_rows(cursor)[0][0])
        cursor.execute("SELECT user_email, ID FROM wp_users")
        accounts = {str(email): _number(number) for email, number in _rows(cursor)}
        cursor.execute(
            "SELECT s.meta_value, s.post_id, MAX(k.meta_value), MAX(t.meta_value) FROM wp_postmeta s "
            "JOIN wp_postmeta k ON k.post_id = s.post_id AND k.meta_key = '_stock' "
            "JOIN wp_postmeta t ON t.post_id = s.post_id AND t.meta_key = 'total_sales' "
            "WHERE s.meta_key = '_sku' GROUP BY s.meta_value, s.post_id"
        )
        products = {
            str(sku): (_number(number), _number(stock), _number(sold)) for sku, number, stock, sold in _rows(cursor)
        }
        cursor.execute("SELECT option_name FROM wp_options")
        options = frozenset(str(name) for (name,) in _rows(cursor))
    return Holdings(next_ids, accounts, products, options)


def _statements(name: str) -> list[str]:
    text = (resources.files(__package__) / "schema" / f"{name}.sql").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return [s.strip() for s in "\n".join(lines).split(";\n") if s.strip()]


def _tables(cursor: Cursor) -> set[str]:
    cursor.execute("SHOW TABLES")
    return {str(name) for (name,) in _rows(cursor)}


def _rows(cursor: Cursor) -> tuple[tuple[object, ...], ...]:
    return tuple(cursor.fetchall())


def _number(value: object) -> int:
    """A whole number out of a column that may be text."""
    return int(float(str(value)))
