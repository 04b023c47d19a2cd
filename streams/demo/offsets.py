"""Where topics end and where groups are: records written, and records not yet taken up."""

from collections.abc import Sequence

from streams.delivery.deadletters import cause_of
from streams.delivery.reading import read
from streams.watch.broker import Broker
from streams.watch.groups import watched
from topics.catalogue import catalogue

_DEADLINE_S = 10.0


class Offsets:
    """Asks the broker; one connection for many questions."""

    def __init__(self, bootstrap: str) -> None:
        self._broker = Broker(bootstrap, "inland-offsets", _DEADLINE_S)
        self._groups = watched(catalogue())
        self._bootstrap = bootstrap
        # Dead letters are read once for each count of them: by topic, how many there were, and how many of whom.
        self._letters: dict[str, tuple[int, dict[str, int]]] = {}

    async def __aenter__(self) -> "Offsets":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._broker.close()

    async def written(self, topics: Sequence[str]) -> dict[str, int]:
        """Records ever written to each topic, expired ones included."""
        found = await self._broker.partitions(dict.fromkeys(topics, 0))
        ends = await self._broker.ends([partition for listed in found.values() for partition in listed])
        return {topic: sum(ends[partition] for partition in listed) for topic, listed in found.items()}

    async def refused(self, topic: str, letters: int, group: str) -> int:
        """Of the `letters` that a topic of dead letters holds, those that the group wrote."""
        if not letters:
            return 0
        if self._letters.get(topic, (0, {}))[0] != letters:
            found: dict[str, int] = {}
            async for message in read(self._bootstrap, topic, "earliest", "latest"):
                whose = cause_of(message).group
                found[whose] = found.get(whose, 0) + 1
            self._letters[topic] = (letters, found)
        return self._letters[topic][1].get(group, 0)

    async def lag(self, group: str) -> int:
        """Records of the catalogue's topics that the group has not acknowledged yet."""
        view = (await self._broker.look({group: self._groups[group]}))[group]
        return sum(partition.lag for partition in view.partitions)
