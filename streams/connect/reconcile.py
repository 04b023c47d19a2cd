"""Makes Kafka Connect follow the connectors file: what differs, and what is done about it."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from streams.connect.client import ConnectClient, ConnectError, ConnectorStatus
from streams.connect.config import Config

Action = Literal["create", "update", "keep"]

SETTLE_S = 2.0
_PAUSE_S = 0.3
_RESTART_S = 5.0


@dataclass(frozen=True, slots=True)
class Difference:
    """One connector: what has to be done, and which settings it is about. Values never show: one may be a secret."""

    connector: str
    action: Action
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One line for people."""
        parts = [
            f"{what} {', '.join(names)}"
            for what, names in (("added", self.added), ("changed", self.changed), ("removed", self.removed))
            if names and self.action == "update"
        ]
        return f"{self.action:<7} {self.connector}" + (f": {'; '.join(parts)}" if parts else "")

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return asdict(self)


def compare(name: str, wanted: Config, found: Config | None) -> Difference:
    """What has to be done so that Connect has what is wanted. Pure."""
    if found is None:
        return Difference(name, "create")
    # Connect adds the name to what it was given.
    held: Mapping[str, str] = {key: value for key, value in found.items() if key != "name"}
    added = tuple(sorted(wanted.keys() - held.keys()))
    removed = tuple(sorted(held.keys() - wanted.keys()))
    changed = tuple(sorted(key for key in wanted.keys() & held.keys() if wanted[key] != held[key]))
    return Difference(name, "update" if added or removed or changed else "keep", added, changed, removed)


def reconcile(
    connect: ConnectClient, wanted: Mapping[str, Config], *, deadline_s: float, dry_run: bool = False
) -> list[Difference]:
    """Create what is missing, update what differs, and wait until all of them run.

    Connectors of other names are left alone. ConnectError when one does not come to run within `deadline_s`.
    """
    differences = [compare(name, config, connect.config(name)) for name, config in wanted.items()]
    if dry_run:
        return differences
    for difference in differences:
        if difference.action != "keep":
            connect.put_config(difference.connector, wanted[difference.connector])
    deadline = time.monotonic() + deadline_s
    for difference in differences:
        settle_s = 0.0 if difference.action == "keep" else SETTLE_S
        _await_running(connect, difference.connector, deadline, settle_s)
    return differences


def _await_running(connect: ConnectClient, name: str, deadline: float, settle_s: float) -> None:
    """Wait; what has failed is started again now and then, since Connect does not do so by itself.

    For a while after a change Connect tells how the tasks were before it: they must have run for `settle_s`.
    """
    restarted = 0.0
    since: float | None = None
    while True:
        status = connect.status(name)
        runs = status is not None and status.runs
        since = (since or time.monotonic()) if runs else None
        if since is not None and time.monotonic() - since >= settle_s:
            return
        if time.monotonic() > deadline:
            raise ConnectError(f"{name} does not run: {_why(status)}")
        if status is not None and status.failed and time.monotonic() - restarted > _RESTART_S:
            connect.restart_failed(name)
            restarted = time.monotonic()
        time.sleep(_PAUSE_S)


def _why(status: ConnectorStatus | None) -> str:
    if status is None:
        return "Kafka Connect does not know it yet; is a worker up?"
    told = f"connector {status.state}, tasks {', '.join(status.tasks) or 'none'}"
    return f"{told}; {status.trouble}" if status.trouble else f"{told}; Kafka Connect's log says more"
