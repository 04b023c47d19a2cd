"""Makes Kafka Connect follow the connectors file: what differs, and what is done about it."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from streams.connect.client import ConnectClient, ConnectError, ConnectorStatus
from streams.connect.config import Config

Action = Literal["create", "update", "keep"]

SETTLE_S = 2.0
_BY_HAND = ("PAUSED", "STOPPED")
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
    started_over: bool = False
    """It has forgotten its place in the binlog, because that is deleted or because it was asked to."""

    def __str__(self) -> str:
        """One line for people."""
        parts = [
            f"{what} {', '.join(names)}"
            for what, names in (("added", self.added), ("changed", self.changed), ("removed", self.removed))
            if names and self.action == "update"
        ]
        if self.started_over:
            parts.append("starts over with a new snapshot")
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
    connect: ConnectClient,
    wanted: Mapping[str, Config],
    *,
    deadline_s: float,
    dry_run: bool = False,
    start_over: str | None = None,
) -> list[Difference]:
    """Create what is missing, update what differs, and wait until all of them run.

    The connector called `start_over` forgets its place and takes a new snapshot.

    Connectors of other names are left alone. ConnectError when one does not come to run within `deadline_s`. One that
    has failed because the server deleted its place in the binlog starts over: by MariaDB's GTIDs Debezium does not see
    that a snapshot is needed.
    """
    differences = [compare(name, config, connect.config(name)) for name, config in wanted.items()]
    if dry_run:
        return differences
    for difference in differences:
        if difference.action != "keep":
            connect.put_config(difference.connector, wanted[difference.connector])
    deadline = time.monotonic() + deadline_s
    if start_over is not None:
        connect.start_over(start_over, deadline)
    return [
        replace(found, started_over=_await_running(connect, found, deadline) or found.connector == start_over)
        for found in differences
    ]


def _await_running(connect: ConnectClient, difference: Difference, deadline: float) -> bool:
    """Wait; what has failed is started again now and then. True when the connector had to start over.

    For a while after an update Connect tells how the tasks were before it: they must have run for SETTLE_S.
    """
    name, settle_s = difference.connector, SETTLE_S if difference.action == "update" else 0.0
    restarted, started_over = 0.0, False
    stood = Stood()
    while True:
        status = connect.status(name)
        now = time.monotonic()
        if stood.still(status is not None and status.runs, now, settle_s):
            return started_over
        if now > deadline:
            raise ConnectError(f"{name} does not run: {_why(status)}")
        if status is not None and status.purged and not started_over:
            connect.start_over(name, deadline)
            started_over = True
        elif status is not None and status.failed and now - restarted > _RESTART_S:
            connect.restart_failed(name)
            restarted = now
        time.sleep(_PAUSE_S)


@dataclass(slots=True)
class Stood:
    """Since when something has been so."""

    since: float | None = None

    def still(self, so: bool, now: float, for_s: float) -> bool:
        """True when it has been so for `for_s` seconds at least; `now` as `time.monotonic`."""
        self.since = (self.since if self.since is not None else now) if so else None
        return self.since is not None and now - self.since >= for_s


def _why(status: ConnectorStatus | None) -> str:
    if status is None:
        return "Kafka Connect does not know it yet; is a worker up?"
    if status.state in _BY_HAND:
        return f"somebody has {status.state.lower()} it; PUT /connectors/<name>/resume at Kafka Connect lets it go on"
    told = f"connector {status.state}, tasks {', '.join(status.tasks) or 'none'}"
    return f"{told} ({status.trouble or 'no error told'}); Kafka Connect's log says more"
