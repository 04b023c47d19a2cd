"""A synchronous ClickHouse client for commands and summaries; the sink has its own asynchronous one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.httputil import get_pool_manager

_CONNECT_S, _ANSWER_S = 10, 60


@dataclass(frozen=True, slots=True)
class Login:
    """Where ClickHouse's HTTP interface is, and as whom to ask. Without a database: the user's default."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str | None = None


@contextmanager
def connected(login: Login) -> Iterator[Client]:
    """A client that is closed with the block, its connections too; ClickHouseError when nobody answers."""
    # A pool of its own: the driver's shared one outlives its clients, and asks the environment for a proxy.
    pool = get_pool_manager()
    try:
        client = clickhouse_connect.get_client(
            host=login.host,
            port=login.port,
            username=login.user,
            password=login.password,
            database=login.database or "__default__",
            connect_timeout=_CONNECT_S,
            send_receive_timeout=_ANSWER_S,
            pool_mgr=pool,
        )
        try:
            yield client
        finally:
            client.close()
    finally:
        pool.clear()
