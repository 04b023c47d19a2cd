"""A region's model client with those of the regions that the residency policy states as its fallbacks."""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from streams.delivery.failure import UnavailableError
from streams.log import logger

_log = logger("enrich")

Asked_contra = TypeVar("Asked_contra", contravariant=True)
Replied_co = TypeVar("Replied_co", covariant=True)
Info_co = TypeVar("Info_co", covariant=True)


class Client(Protocol[Asked_contra, Replied_co, Info_co]):
    """What one region's client does. UnavailableError: none of its servers admits calls, nothing was sent."""

    @property
    def region(self) -> str:
        """Whose servers it calls."""

    async def info(self) -> Info_co:
        """What its servers serve; UnavailableError when none says."""

    async def attempt(self, request: Asked_contra) -> Replied_co:
        """One attempt; UnavailableError when no server admits calls."""

    async def close(self) -> None:
        """Let go of the connections."""


class Failover(Generic[Asked_contra, Replied_co, Info_co]):
    """Asks the region's own servers; the fallbacks', in order, while none of the own admits calls."""

    def __init__(self, region: str, clients: Sequence[Client[Asked_contra, Replied_co, Info_co]]) -> None:
        """`clients`: the region's own first, if it has any, then those of its stated fallbacks, and no other."""
        self.region = region
        self._clients = tuple(clients)
        self._in_use = region

    async def info(self) -> Info_co:
        """As a client's, of the first that answers."""
        for client in self._clients:
            try:
                return await client.info()
            except UnavailableError:
                continue
        raise self._away()

    async def attempt(self, request: Asked_contra) -> Replied_co:
        """As a client's; the reply names the server that was asked."""
        for client in self._clients:
            try:
                reply = await client.attempt(request)
            except UnavailableError:
                continue
            self._tell(client.region)
            return reply
        raise self._away()

    async def close(self) -> None:
        """The clients belong to their own regions, which close them."""

    def _away(self) -> UnavailableError:
        return UnavailableError(f"the model servers of {self.region} and of its fallbacks")

    def _tell(self, region: str) -> None:
        if region != self._in_use:
            _log.warning("a region's calls are answered by", extra={"region": self.region, "answered_by": region})
            self._in_use = region
