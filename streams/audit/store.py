"""ClickHouse as the sink sees it: inserts that land once, and the few questions it asks."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import clickhouse_connect
from clickhouse_connect.datatypes.base import ClickHouseType
from clickhouse_connect.driver.asyncclient import AsyncClient
from clickhouse_connect.driver.external import ExternalData
from clickhouse_connect.driver.insert import InsertContext

from streams.audit import metrics
from streams.audit.errors import SinkStoppedError, describe
from streams.audit.place import Partition
from streams.audit.rows import Block
from streams.audit.settings import SinkSettings
from streams.delivery.failure import StageFailedError, is_transient
from streams.delivery.pulse import Pulse
from streams.delivery.retry import waits
from streams.log import logger

_log = logger("sink")
_T = TypeVar("_T")
_REMEDY = "apply the migrations (`inland apply`) or mend ClickHouse, then start the sink again; nothing is lost"


class Store:
    """One client; connects at the first call, and again whenever that is needed."""

    def __init__(self, settings: SinkSettings, pulse: Pulse) -> None:
        """`pulse`: asked before each insert, so that a process that stood still does not write beside a new owner."""
        self._settings = settings
        self._pulse = pulse
        self._client: AsyncClient | None = None
        self._connecting = asyncio.Lock()
        self._slots = asyncio.Semaphore(settings.inserts_at_once)
        self._types: dict[str, tuple[tuple[str, ...], list[ClickHouseType]]] = {}

    async def insert(self, block: Block) -> None:
        """Insert and return when ClickHouse has it; the very same block again for as long as the outcome is unknown.

        SinkStoppedError when ClickHouse refuses it for good; FencedError when this process stood still.
        """
        place = f"{block.partition} offsets {block.first}-{block.last}"
        async with self._slots:
            await self.put(place, block.table.name, block.table.column_names, block.columns, block.token)
        metrics.ROWS_LANDED.labels(block.table.name).inc(block.rows)

    async def put(self, place: str, table: str, names: tuple[str, ...], columns: Any, token: str) -> None:
        """Insert columns under a deduplication token, retrying; `place` is for messages."""

        async def once(client: AsyncClient) -> None:
            types = await self._column_types(client, table, names)
            self._pulse.check()
            await client.data_insert(self._context(table, names, types, columns, token))

        await self.call(place, f"insert into {table}", once)

    async def query(
        self, place: str, text: str, parameters: dict[str, Any], given: ExternalData | None = None
    ) -> list[tuple[Any, ...]]:
        """Rows of a SELECT, retrying; SinkStoppedError when ClickHouse refuses it for good.

        `given`: a table that travels beside the query.
        """
        settings = {"max_execution_time": int(self._settings.insert_timeout_s)}

        async def once(client: AsyncClient) -> list[tuple[Any, ...]]:
            answer = await client.query(text, parameters=parameters, external_data=given, settings=settings)
            return [tuple(row) for row in answer.result_rows]

        return await self.call(place, "query", once)

    async def check(self, table: str, names: tuple[str, ...]) -> None:
        """SinkStoppedError when the table or one of the columns is not there."""

        await self.column_types(table, table, names)

    async def column_types(self, place: str, table: str, names: tuple[str, ...]) -> list[ClickHouseType]:
        """Types of the columns; SinkStoppedError when the table or one of them is not there."""

        async def once(client: AsyncClient) -> list[ClickHouseType]:
            return await self._column_types(client, table, names)

        return await self.call(place, "look at the table", once)

    async def settled(self, partition: Partition) -> None:
        """Wait until no insert for the partition is running, e.g. one that a killed sink had sent.

        Without that, it could land after the question for the highest landed offset, and the same rows again from us.
        Inserts end by themselves: max_execution_time bounds them. Asks one server: behind a load balancer over several,
        give the sink a route to one.
        """
        text = "SELECT count() FROM system.processes WHERE startsWith(query_id, {prefix:String})"
        pauses = waits()
        while True:
            ((running,),) = await self.query(str(partition), text, {"prefix": _query_id(f"{partition}:")})
            if not running:
                return
            _log.info("waiting for an earlier insert to end", extra={"place": str(partition)})
            await asyncio.sleep(next(pauses))

    async def call(self, place: str, what: str, once: Callable[[AsyncClient], Awaitable[_T]]) -> _T:
        """Do something with the client, again and again while the failure may pass by itself."""
        pauses = waits()
        while True:
            try:
                async with asyncio.timeout(self._settings.insert_timeout_s):
                    return await once(await self._connected())
            except StageFailedError:
                raise
            except Exception as error:
                if not is_transient(error):
                    rule = f"ClickHouse refused to {what} ({describe(error)})"
                    raise SinkStoppedError(place, rule, _REMEDY) from None
                pause = next(pauses)
                metrics.RETRIES.labels(what).inc()
                facts = {"place": place, "what": what, "error": describe(error), "pause_s": round(pause, 2)}
                _log.warning("ClickHouse does not answer: trying again", extra=facts)
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """Let go of the server."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _connected(self) -> AsyncClient:
        async with self._connecting:
            if self._client is None:
                given = self._settings
                self._client = await clickhouse_connect.get_async_client(
                    host=given.clickhouse_host,
                    port=given.clickhouse_port,
                    username=given.clickhouse_user,
                    password=given.clickhouse_password,
                    database=given.clickhouse_database,
                    compress=False,
                    connect_timeout=5,
                    send_receive_timeout=int(given.insert_timeout_s),
                    autogenerate_session_id=False,
                )
            return self._client

    async def _column_types(self, client: AsyncClient, table: str, names: tuple[str, ...]) -> list[ClickHouseType]:
        known = self._types.get(table)
        if known is None or known[0] != names:
            context = await client.create_insert_context(table, column_names=names, column_oriented=True)
            known = self._types[table] = (names, list(context.column_types))
        return known[1]

    def _context(
        self, table: str, names: tuple[str, ...], types: list[ClickHouseType], columns: Any, token: str
    ) -> InsertContext:
        settings = {
            "insert_deduplicate": 1,
            "insert_deduplication_token": token,
            "async_insert": 0,
            "max_execution_time": int(self._settings.insert_timeout_s),
            # The same id twice at once is refused (216, transient): a repetition waits for the first to end.
            "query_id": _query_id(token),
        }
        # One block, so that it becomes one part: all of it is there, or nothing.
        rows = len(columns[0])
        return InsertContext(
            f"`{table}`", names, types, data=columns, column_oriented=True, settings=settings, block_size=rows
        )


def _query_id(token: str) -> str:
    return f"inland-sink:{token}"
