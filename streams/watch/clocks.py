"""What is remembered of a partition between two looks: how long it has stood still, and in whose hands."""

from dataclasses import dataclass

from streams.watch.view import PartitionView


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds that were seen to pass, each counted from the first look that showed the state."""

    committed: int | None
    owner: str | None
    waiting: bool
    headless: bool
    stalled_s: float = 0.0
    """Records wait and the committed offset has not moved, whoever reads."""
    held_s: float = 0.0
    """Of these, the seconds of the present owner since the last rebalance."""
    alone_s: float = 0.0
    """No member reads the partition."""
    headless_s: float = 0.0
    """The partition has no leader."""
    moved: bool = False
    """Since the first look the offset has moved, or nothing waited."""


def advance(
    before: Clock | None, partition: PartitionView, owner: str | None, passed: float, *, settling: bool
) -> Clock:
    """The clock after another look, `passed` seconds later. `owner`: member id of who reads the partition.

    `settling`: the group is in a rebalance that may still end in time: nobody has the partition, that counts against
    nobody, and whoever has it afterwards begins anew. A parked partition waits for somebody else, and counts as idle.
    """
    waiting = partition.lag > 0 and not partition.parked_s
    headless = not partition.has_leader
    idle = not waiting and not headless
    if before is None:
        return Clock(partition.committed, owner, waiting, headless, moved=idle)
    moved = partition.committed != before.committed
    still = waiting and before.waiting and not moved
    held = still and owner is not None and owner == before.owner
    alone = owner is None and before.owner is None
    return Clock(
        committed=partition.committed,
        owner=owner,
        waiting=waiting,
        headless=headless,
        stalled_s=before.stalled_s + passed if still else 0.0,
        held_s=before.held_s + passed if held else 0.0,
        alone_s=before.alone_s + (0.0 if settling else passed) if alone else 0.0,
        headless_s=before.headless_s + passed if headless and before.headless else 0.0,
        moved=before.moved or moved or idle,
    )
