"""The shops file and its secrets, followed while the gateway runs: a secret is changed without a restart.

Files are looked at every few seconds (a mounted secret is swapped by a link: no event tells of that). What has changed
is taken up when it has stood unchanged for one look, and only as a whole: a fault leaves everything as it was.
"""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from streams.log import logger
from streams.metrics import SHOPS_BROKEN, SHOPS_TAKEN_UP
from streams.sources.shops import Shop, ShopsFileError, read_shops

_log = logger("gateway")
_Mark = tuple[tuple[int, int, int, int] | None, ...]


class WatchedShops:
    """The shops as last read without a fault; ShopsFileError when the first reading has one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._by_id, self._mark = _read(path)
        self._seen = self._refused = self._mark

    def get(self, shop_id: str) -> Shop | None:
        """The shop of that id."""
        return self._by_id.get(shop_id)

    def look(self) -> None:
        """Take up what has changed and stands still."""
        seen = _mark([self._path, *_secret_files(self._by_id.values())])
        settled = seen == self._seen
        self._seen = seen
        if not settled or seen in (self._mark, self._refused):
            return
        try:
            self._by_id, self._mark = _read(self._path)
        except ShopsFileError as error:
            self._refused = seen
            SHOPS_BROKEN.set(1)
            _log.error("the shops stay as they were", extra={"reason": str(error)})
        else:
            self._seen = self._refused = self._mark
            SHOPS_BROKEN.set(0)
            SHOPS_TAKEN_UP.inc()
            _log.info("took up the shops", extra={"shops": sorted(self._by_id)})

    async def follow(self, every_s: float, now: asyncio.Event) -> None:
        """Look every `every_s` seconds, and when `now` is set, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(every_s):
                    await now.wait()
            except TimeoutError:
                pass
            now.clear()
            await asyncio.to_thread(self.look)


def _read(path: Path) -> tuple[dict[str, Shop], _Mark]:
    """The shops with their secrets, and the marks of the files from before they were read."""
    own = _mark([path])
    shops = read_shops(path)
    mark = own + _mark(_secret_files(shops.values()))
    for shop in shops.values():
        try:
            _ = shop.secrets  # read now, kept by the shop
        except ValueError as error:
            raise ShopsFileError(f"shop {shop.id}: {error}") from None
    return shops, mark


def _secret_files(shops: Iterable[Shop]) -> list[Path]:
    return [path for shop in shops for path in shop.secret_files]


def _mark(paths: Iterable[Path]) -> _Mark:
    return tuple(_stat(path) for path in paths)


def _stat(path: Path) -> tuple[int, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
