"""What Kafka says of a consumer group at one moment."""

from dataclasses import dataclass

_REBALANCING = frozenset({"PreparingRebalance", "CompletingRebalance"})


@dataclass(frozen=True, slots=True)
class PartitionView:
    """One partition: `begin` and `end` are None while it has no leader, `committed` until the group has committed.

    `parked_s`: seconds that its worker says it waits for a dependency, such as a region's model endpoint; 0 when not.
    """

    topic: str
    number: int
    begin: int | None
    end: int | None
    committed: int | None
    parked_s: float = 0.0

    @property
    def has_leader(self) -> bool:
        """Whether a broker serves the partition."""
        return self.end is not None

    @property
    def lag(self) -> int:
        """Records not acknowledged yet; from the beginning where nothing was. 0 where the end is not known."""
        if self.end is None:
            return 0
        return max(self.end - max(self.committed or 0, self.begin or 0), 0)


@dataclass(frozen=True, slots=True)
class Member:
    """One process of a group. Kafka draws a new `id` for each that joins; `client_id` is what it calls itself."""

    id: str
    client_id: str
    host: str
    partitions: frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class GroupView:
    """A consumer group and the partitions it is there to read."""

    group: str
    state: str
    members: tuple[Member, ...]
    partitions: tuple[PartitionView, ...]

    @property
    def rebalancing(self) -> bool:
        """Whether partitions are being given out; Kafka then tells no member's assignment."""
        return self.state in _REBALANCING

    def owner(self, partition: PartitionView) -> Member | None:
        """Who reads the partition; None when nobody does."""
        place = (partition.topic, partition.number)
        return next((member for member in self.members if place in member.partitions), None)
