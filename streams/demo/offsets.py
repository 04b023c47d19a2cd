"""Where topics end and where groups are: records written, and records not yet taken up."""

from collections.abc import Sequence

from streams.watch.broker import Broker
from streams.watch.groups import watched
from topics.catalogue import catalogue

_DEADLINE_S = 10.0


class Offsets:
    """Asks the broker; one connection for many questions."""

    def __init__(self, bootstrap: str) -> None:
        self._broker = Broker(bootstrap, "inland-offsets", _DEADLINE_S)
        self._groups = watched(catalogue())

    async def __aenter__(self) -> "Offsets":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._broker.close()

    async def written(self, topics: Sequence[str]) -> dict[str, int]:
        """Records ever written to each topic, expired ones included."""
        found = await self._broker.partitions(dict.fromkeys(topics, 0))
        ends = await self._broker.ends([partition for listed in found.values() for partition in listed])
        return {topic: sum(ends[partition] for partition in listed) for topic, listed in found.items()}

    async def lag(self, group: str) -> int:
        """Records of the catalogue's topics that the group has not acknowledged yet."""
        view = (await self._broker.look({group: self._groups[group]}))[group]
        return sum(partition.lag for partition in view.partitions)
