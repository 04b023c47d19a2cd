"""A region's model client with those of the regions that the residency policy states as its fallbacks."""

from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from streams.delivery.failure import UnavailableError
from streams.log import logger
from streams.residency.endpoints import ModelEndpoint
from streams.residency.policy import Residency
from topics.model import Region

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


def serving(
    policy: Residency, make: Callable[[Region, tuple[ModelEndpoint, ...]], Client[Asked_contra, Replied_co, Info_co]]
) -> "dict[Region, Client[Asked_contra, Replied_co, Info_co]]":
    """The client of each region that any server may answer for, by the policy; a region without one is left out.

    `make` is called once for each region that names servers. A client that stands in as a fallback is that region's
    own: both share its places, so that a server never gets more calls than it takes.
    """
    own = {region: make(region, endpoints) for region in policy.regions if (endpoints := policy.endpoints(region))}
    served: dict[Region, Client[Asked_contra, Replied_co, Info_co]] = {}
    for region in policy.regions:
        chain = [own[one] for one in (region, *policy.fallbacks(region)) if one in own]
        if chain:
            served[region] = chain[0] if chain == [own.get(region)] else Failover(region, chain)
    return served


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
