"""A change whose connection was lost: repeated until it is known to be committed, and never told before."""

from collections.abc import Iterator, Sequence
from typing import cast

import pymysql
import pytest

from infra.local.shop.changes import Insert, Table, Update
from infra.local.shop.database import DatabaseSettings, ShopDatabaseError, ShopDatabaseGoneError
from infra.local.shop.writers import Session

LOST = pymysql.OperationalError(2013, "Lost connection to MySQL server during query")
DUPLICATE = pymysql.IntegrityError(1062, "Duplicate entry")
INSERT = Insert(Table.COMMENTS, {"comment_ID": 1})
UPDATE = Update(Table.ORDERS, {"id": 1}, {"status": "wc-completed"})


class Server:
    """Plays the connection, its cursor and its settings; each statement has the next of the outcomes."""

    open = True
    prefix = "wp_"

    def __init__(self, outcomes: Sequence[Exception | None], refused: int = 0) -> None:
        """`refused`: how many attempts to connect again fail."""
        self.outcomes: Iterator[Exception | None] = iter(outcomes)
        self.refused = refused
        self.connections = self.executed = 0

    def connect(self) -> "Server":
        self.connections += 1
        if self.connections > 1 and self.refused:
            self.refused -= 1
            raise ShopDatabaseGoneError("refused")
        return self

    def cursor(self) -> "Server":
        return self

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        return

    def execute(self, _sql: str, _values: object) -> None:
        self.executed += 1
        if (outcome := next(self.outcomes)) is not None:
            raise outcome

    def _force_close(self) -> None:
        return


def _session(server: Server, patience_s: float = 5.0) -> Session:
    return Session(cast(DatabaseSettings, server), patience_s)


def test_an_insert_refused_as_a_duplicate_after_its_connection_was_lost_was_committed() -> None:
    server = Server([LOST, DUPLICATE], refused=1)
    _session(server).execute_all([INSERT])
    assert (server.executed, server.connections) == (2, 3)


def test_a_duplicate_at_the_first_attempt_is_another_runs_row() -> None:
    with pytest.raises(ShopDatabaseError, match="1062"):
        _session(Server([DUPLICATE])).execute_all([INSERT])


def test_an_update_whose_outcome_is_unknown_is_repeated() -> None:
    server = Server([LOST, None])
    _session(server).execute_all([UPDATE])
    assert server.executed == 2


def test_each_change_has_its_own_memory_of_a_lost_connection() -> None:
    with pytest.raises(ShopDatabaseError, match="1062"):
        _session(Server([LOST, None, DUPLICATE])).execute_all([INSERT, INSERT])


def test_without_patience_a_lost_connection_ends_the_run() -> None:
    with pytest.raises(ShopDatabaseGoneError, match="2013"):
        _session(Server([LOST]), patience_s=0).execute_all([UPDATE])


def test_patience_ends() -> None:
    with pytest.raises(ShopDatabaseGoneError):
        _session(Server([LOST], refused=10_000), patience_s=0.3).execute_all([UPDATE])
