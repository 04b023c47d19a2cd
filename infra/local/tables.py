"""How a platform looks on a terminal."""

from rich.table import Table

from infra.local.status import PlatformStatus, State

_COLOUR = {
    State.WAITING: "dim",
    State.STARTING: "yellow",
    State.HEALTHY: "green",
    State.DONE: "green",
    State.UNHEALTHY: "red",
    State.RESTARTING: "yellow",
    State.EXITED: "red",
    State.FAILED: "red",
    State.STOPPED: "dim",
}


def megabytes(size: int) -> str:
    """Bytes as whole mebibytes, empty for none."""
    return f"{size / 1048576:,.0f} MB" if size else ""


def component_table(status: PlatformStatus) -> Table:
    """One line per component: state, pid, memory, time it took, address, and what is wrong."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("component")
    table.add_column("state")
    table.add_column("pid", justify="right")
    table.add_column("memory", justify="right")
    table.add_column("up after", justify="right")
    table.add_column("address", overflow="fold")
    for part in status.components:
        took = f"{part.seconds:.1f} s" if part.seconds is not None else ""
        again = f" (restarted {part.restarts}×)" if part.restarts else ""
        state = f"[{_COLOUR[part.state]}]{part.state}[/]{again}"
        where = (
            part.address if part.state in {State.HEALTHY, State.DONE, State.WAITING} else part.detail or part.address
        )
        table.add_row(part.name, state, str(part.pid or ""), megabytes(part.rss_bytes), took, where)
    return table


def summary(status: PlatformStatus) -> str:
    """The platform in one line."""
    took = f", up after {status.seconds:.1f} s" if status.seconds is not None else ""
    return f"{status.phase}{took}, {megabytes(status.rss_bytes) or '0 MB'} in all"
