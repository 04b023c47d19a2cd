"""May the processes of a group go on, or should they be started again? The answer behind GET /live."""

from dataclasses import dataclass

from streams.watch.verdict import DEAD, GroupVerdict, PartitionVerdict, Verdict


@dataclass(frozen=True, slots=True)
class Liveness:
    """`reason` says in a sentence what is wrong; `partitions` are those that it is about."""

    alive: bool
    verdict: Verdict | None
    reason: str = ""
    partitions: tuple[PartitionVerdict, ...] = ()


def liveness(now: GroupVerdict | None, patience_s: float, client_id: str | None = None) -> Liveness:
    """Whether a group, or the member that calls itself `client_id`, is alive.

    Alive in doubt: nothing was seen yet, Kafka is away, or the partition waits for a dependency. A client that has not
    been a member for `patience_s` seconds is not alive.
    """
    if now is None:
        return Liveness(alive=True, verdict=None, reason="nothing seen yet")
    if now.verdict is Verdict.UNREACHABLE:
        return Liveness(alive=True, verdict=now.verdict, reason="Kafka does not answer")
    if client_id is not None and (away := now.absent.get(client_id, now.looked_s)) >= patience_s:
        reason = f"unassigned: no member of {now.group} has called itself {client_id} for {away:.0f} s"
        return Liveness(alive=False, verdict=Verdict.UNASSIGNED, reason=reason)
    dead = tuple(
        partition
        for partition in now.partitions
        if partition.found.verdict in DEAD and client_id in {None, partition.client_id}
    )
    if not dead:
        return Liveness(alive=True, verdict=now.verdict)
    more = f" and {len(dead) - 1} more" if len(dead) > 1 else ""
    return Liveness(alive=False, verdict=now.verdict, reason=f"{dead[0]}{more}", partitions=dead)
