"""Reads all books on and compares, until what was owed at the beginning is there or patience ends."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

import httpx
from aiokafka.errors import KafkaError

from avro_schemas.codec import Codec
from avro_schemas.registry import Registry, lookup_all
from infra.local.shop.database import DatabaseSettings, ShopDatabaseGoneError
from tests.chaos.reconcile.compare import Books, compare, unexplained
from tests.chaos.reconcile.items import Item, Verdict
from tests.chaos.reconcile.outputs import Outputs, output_topics
from tests.chaos.reconcile.refusals import DeadLetters, dead_letter_topics
from tests.chaos.reconcile.shop import ToldByShop, read_database
from tests.chaos.reconcile.sources import TOPICS, Sources
from tests.chaos.reconcile.store import Landed, Store, StoreError
from tests.chaos.reconcile.topics import TopicReader
from tests.chaos.stand import Stand

T = TypeVar("T")

PAUSE_S = 1.0
AWAY_S = 120.0
AWAY = (KafkaError, TimeoutError, httpx.HTTPError, StoreError, ShopDatabaseGoneError, OSError)
"""What a part raises that is dead at this moment."""


class ReconcileError(RuntimeError):
    """A part of the platform has not answered for AWAY_S: what it holds is not known."""


@dataclass(slots=True)
class Reconciler:
    """The books of one run."""

    books: Books
    reader: TopicReader
    store: Store
    database: DatabaseSettings
    _doubled: set[Item] = field(default_factory=set)
    _landed: Landed = field(default_factory=lambda: Landed({}))

    async def check(self, patience_s: float) -> Verdict:
        """What of all that is known now is lost after `patience_s`, and what is doubled that was not before."""
        owed, _ = await self._look()
        owed_now = set(owed.lost)
        ends = time.monotonic() + patience_s
        verdict = owed
        while owed_now and time.monotonic() < ends:
            await asyncio.sleep(PAUSE_S)
            verdict, _ = await self._look()
            owed_now &= set(verdict.lost)
        fresh = set(verdict.doubled) - self._doubled
        self._doubled |= fresh
        return replace(verdict, lost=tuple(sorted(owed_now)), doubled=tuple(sorted(fresh)))

    async def settle(self, patience_s: float) -> Verdict:
        """The final word, when the shop has closed: wait until all is there; give up when nothing moves any more."""
        stored = await self._persistently(lambda: asyncio.to_thread(read_database, self.database))
        self.books = replace(self.books, stored=stored)
        before: tuple[int, int] | None = None
        moved = time.monotonic()
        while True:
            verdict, moving = await self._look()
            if (now := (len(verdict.lost), moving)) != before:
                before, moved = now, time.monotonic()
            strange = unexplained(self.books, self._landed)
            # One more look after all is there: what is doubled may come late.
            quiet_s = time.monotonic() - moved
            if (not verdict.lost and not strange and quiet_s > 3) or quiet_s > patience_s:
                return replace(verdict, unexplained=strange)
            await asyncio.sleep(PAUSE_S)

    async def _look(self) -> tuple[Verdict, int]:
        """Compare all that is known now; also how much has been read in all."""
        await self._persistently(self._read_topics)
        self._landed = await self._persistently(self.store.landed)
        # Last: what is done by now has to be told, and nothing is told that was not done.
        self.books.told.read_on()
        read = sum(len(found) for found in self.books.outputs.seen.values()) + self.books.dead.letters
        return compare(self.books, self._landed), read + self._landed.rows

    @staticmethod
    async def _persistently(ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until there is an answer; ReconcileError after AWAY_S without one."""
        ends = time.monotonic() + AWAY_S
        while True:
            try:
                return await ask()
            except AWAY as error:
                if time.monotonic() > ends:
                    raise ReconcileError(f"cannot be reconciled: {type(error).__name__}: {error}") from error
            await asyncio.sleep(PAUSE_S)

    async def _read_topics(self) -> None:
        books = self.books
        for message in await self.reader.read_on(list(TOPICS)):
            books.sources.take(message)
        for message in await self.reader.read_on(output_topics()):
            books.outputs.take(message)
        for message in await self.reader.read_on(dead_letter_topics()):
            books.dead.take(message)


@contextmanager
def reconciler(stand: Stand, told: ToldByShop, database: DatabaseSettings) -> Iterator[Reconciler]:
    """Empty books for a platform that is up; closed with the block."""
    url = stand.platform.settings.registry_url
    # Poison names schemas that nobody has: the codec asks the registry for them, on a connection that must end.
    with Registry(url) as registry:
        codec = Codec(lookup_all(url), registry.fetch)
        books = Books(told, Sources(codec), Outputs(codec), DeadLetters())
        store = Store(stand.platform.settings.clickhouse_url, stand.secret("clickhouse-analyst"))
        yield Reconciler(books, TopicReader(stand.bootstrap), store, database)
