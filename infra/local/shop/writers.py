"""A small pool of connections that execute row changes; a patient one outlives the server's death."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import pymysql
from pymysql.connections import Connection
from pymysql.constants import ER
from pymysql.cursors import Cursor

from infra.local.shop.changes import Change, Insert, statement
from infra.local.shop.database import AWAY, DatabaseSettings, ShopDatabaseError, ShopDatabaseGoneError

WRITERS = 16
"""Enough for the server to commit several orders' statements in one flush of its log."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0


class Writers:
    """Connections that execute row changes off the event loop. Use as an async context manager.

    Changes given in one call run one after the other on one connection, each in its own transaction.
    """

    def __init__(self, settings: DatabaseSettings, count: int = WRITERS, patience_s: float = 0.0) -> None:
        """Nothing is opened before `async with`. A server that goes away is waited for `patience_s` per change."""
        self._sessions = [Session(settings, patience_s) for _ in range(count)]
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="shop-writer")
        self._idle: asyncio.Queue[Session] = asyncio.Queue()
        self.statements = 0

    async def __aenter__(self) -> Self:
        """Open the connections."""
        for session in self._sessions:
            await asyncio.to_thread(session.open)
            self._idle.put_nowait(session)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let running statements end, then close."""
        self._executor.shutdown(wait=True)
        for session in self._sessions:
            session.close()

    async def apply(self, changes: Sequence[Change]) -> None:
        """Execute the changes in order. Raises ShopDatabaseError at the first that is refused."""
        session = await self._idle.get()
        try:
            await asyncio.get_running_loop().run_in_executor(self._executor, session.execute_all, changes)
        finally:
            self._idle.put_nowait(session)
        self.statements += len(changes)


class Session:
    """One connection, opened again after it was lost. Used by one thread at a time."""

    def __init__(self, settings: DatabaseSettings, patience_s: float) -> None:
        """`patience_s`: longest wait for a server that is away; 0 to fail at once."""
        self._settings = settings
        self._patience_s = patience_s
        self._connection: Connection[Cursor] | None = None

    def open(self) -> "Connection[Cursor]":
        """The connection, opened where there is none. Raises ShopDatabaseError."""
        if self._connection is None:
            self._connection = self._settings.connect()
        return self._connection

    def close(self) -> None:
        """Let go of the connection; also of one that is broken."""
        connection, self._connection = self._connection, None
        if connection is not None and connection.open:
            connection.close()

    def execute_all(self, changes: Iterable[Change]) -> None:
        """Execute in order, each until it is known to be committed. Raises ShopDatabaseError."""
        for change in changes:
            self._execute_patiently(change)

    def _execute_patiently(self, change: Change) -> None:
        """Repeat a change whose connection was lost: whether it was committed before that is not known.

        Rows bring their primary keys, so that a repeated insert is refused as a duplicate; an update or a deletion
        says the same twice.
        """
        ends, pause, repeated = time.monotonic() + self._patience_s, FIRST_PAUSE_S, False
        while True:
            try:
                return _execute(self.open(), change, self._settings.prefix, repeated=repeated)
            except ShopDatabaseGoneError:
                lost = self._connection is not None
                self._abandon()
                if time.monotonic() + pause > ends:
                    raise
                repeated = repeated or lost
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    def _abandon(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection._force_close()  # type: ignore[attr-defined]  # close() would wait for the lost server


def _execute(connection: "Connection[Cursor]", change: Change, prefix: str, *, repeated: bool) -> None:
    sql, values = statement(change, prefix)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
    except pymysql.MySQLError as error:
        # The driver's message may quote the row, and the row is personal data.
        code = error.args[0] if error.args else "unknown"
        if repeated and code == ER.DUP_ENTRY and isinstance(change, Insert):
            return
        kind = ShopDatabaseGoneError if code in AWAY else ShopDatabaseError
        raise kind(
            f"MariaDB refused a change of {change.table} (error {code}): 1062 means that another run writes "
            "to the same shop, 2006 and 2013 that the server went away"
        ) from None
