"""The shop's MariaDB: schema, what is already there, and a small pool of writers that execute row changes."""

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Self

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import Cursor

from infra.local.shop.changes import PRIMARY_KEYS, Change, Table, statement

CONNECT_TIMEOUT_S = 10
STATEMENT_TIMEOUT_S = 30
WRITERS = 16
"""Enough for the server to commit several orders' statements in one flush of its log."""
SQL_MODE = "NO_ENGINE_SUBSTITUTION"
"""WordPress clears the strict modes on its connections: that is how zero dates get into the tables."""


class ShopDatabaseError(Exception):
    """The database cannot be used; the message says what to do."""


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
            raise ShopDatabaseError(
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


class Writers:
    """Connections that execute row changes off the event loop. Use as an async context manager.

    Changes given in one call run one after the other on one connection, each in its own transaction.
    """

    def __init__(self, settings: DatabaseSettings, count: int = WRITERS) -> None:
        """Nothing is opened before `async with`."""
        self._settings = settings
        self._count = count
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="shop-writer")
        self._idle: asyncio.Queue[Connection[Cursor]] = asyncio.Queue()
        self.statements = 0

    async def __aenter__(self) -> Self:
        """Open the connections."""
        for _ in range(self._count):
            self._idle.put_nowait(await asyncio.to_thread(self._settings.connect))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let running statements end, then close."""
        self._executor.shutdown(wait=True)
        while not self._idle.empty():
            self._idle.get_nowait().close()

    async def apply(self, changes: Sequence[Change]) -> None:
        """Execute the changes in order. Raises ShopDatabaseError at the first that is refused."""
        connection = await self._idle.get()
        try:
            await asyncio.get_running_loop().run_in_executor(self._executor, _execute, connection, changes)
        finally:
            self._idle.put_nowait(connection)
        self.statements += len(changes)


def _execute(connection: "Connection[Cursor]", changes: Iterable[Change]) -> None:
    with connection.cursor() as cursor:
        for change in changes:
            sql, values = statement(change)
            try:
                cursor.execute(sql, values)
            except pymysql.MySQLError as error:
                # The driver's message may quote the row, and the row is personal data.
                code = error.args[0] if error.args else "unknown"
                raise ShopDatabaseError(
                    f"MariaDB refused a change of {change.table} (error {code}): 1062 means that another run writes "
                    "to the same shop, 2006 and 2013 that the server went away"
                ) from None


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
