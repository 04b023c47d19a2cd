"""How the verdicts look on a terminal."""

from collections.abc import Sequence

from rich.table import Table

from streams.watch import remedies
from streams.watch.verdict import GroupVerdict, Verdict

_COLOUR = {
    Verdict.OK: "green",
    Verdict.PARKED: "yellow",
    Verdict.LAGGING: "yellow",
    Verdict.UNASSIGNED: "red",
    Verdict.STUCK: "red",
    Verdict.UNREACHABLE: "red",
}


def picture(groups: Sequence[GroupVerdict]) -> Table:
    """A line per group, and under it one per partition that is not ok, with cause and remedy."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("group")
    table.add_column("verdict")
    table.add_column("members", justify="right")
    table.add_column("lag", justify="right")
    table.add_column("no progress", justify="right")
    table.add_column("where and why", overflow="fold")
    for group in groups:
        stalled = max((one.stalled_s for one in group.partitions), default=0.0)
        row = group.group, _coloured(group.verdict), str(group.members), f"{group.lag:,}", _seconds(stalled)
        table.add_row(*row, _where(group))
        for one in group.partitions:
            if one.found.verdict in {Verdict.OK, Verdict.UNREACHABLE}:
                continue
            who = f" ({one.client_id} on {one.host})" if one.client_id else ""
            why = f"{one.topic}\\[{one.partition}]{who}: {one.found.cause}; {one.found.remedy}"
            table.add_row("", _coloured(one.found.verdict), "", f"{one.lag:,}", _seconds(one.found.seconds), why)
    return table


def _where(group: GroupVerdict) -> str:
    if group.verdict is Verdict.UNREACHABLE:
        cause, remedy = remedies.UNREACHABLE
        return f"{cause}; {remedy}"
    assigned = sum(bool(one.client_id) for one in group.partitions)
    return f"{assigned} of {len(group.partitions)} partitions assigned"


def _coloured(verdict: Verdict) -> str:
    return f"[{_COLOUR[verdict]}]{verdict}[/]"


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds else ""
