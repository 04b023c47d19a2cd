"""Every fault there is, in the order of the sweep, and those that cannot be struck on this machine, with the reason."""

from collections.abc import Mapping, Sequence

from tests.chaos.faults.disk import FullDisk
from tests.chaos.faults.fault import Fault
from tests.chaos.faults.model import ModelTrouble
from tests.chaos.faults.processes import Kill, Pause
from tests.chaos.faults.records import (
    NO_FRAME,
    UNKNOWN_SCHEMA,
    UNREADABLE,
    PoisonMessages,
    RepeatedDeliveries,
    RepeatedRows,
)
from tests.chaos.faults.workers import ClockJump, RebalanceStorm
from tests.chaos.proxy import Dropping, Failing, Slow
from topics.names import commerce_events

KILLED = ("redact", "enrich", "enrich-batch", "recommend", "gateway", "sink", "model", "clickhouse", "connect",
          "registry", "kafka", "mariadb")  # fmt: skip
PAUSED = {
    "redact": 24.0,  # longer than its session of 20 s: it comes back to find that it was put out of its group
    "enrich": 10.0,
    "enrich-batch": 10.0,
    "recommend": 24.0,
    "gateway": 6.0,
    "sink": 14.0,  # longer than its session of 10 s
    "model": 8.0,
    "clickhouse": 10.0,
    "connect": 14.0,
    "kafka": 8.0,
    "mariadb": 8.0,
}
"""Component -> seconds."""


def faults() -> Sequence[Fault]:
    """All of them."""
    return [
        *(Kill(component) for component in KILLED),
        *(PoisonMessages(topic, values) for topic, values in UNREADABLE.items()),
        PoisonMessages(commerce_events("eu"), (NO_FRAME, UNKNOWN_SCHEMA)),
        RepeatedDeliveries(),
        RepeatedRows(),
        ModelTrouble("model-slow", Slow(1.0, 4.0), 12.0),
        ModelTrouble("model-errors", Failing(0.7, (500, 429, 503)), 12.0),
        ModelTrouble("model-drops", Dropping(0.6), 12.0),
        FullDisk(8.0),
        RebalanceStorm(),
        ClockJump("redact"),
        ClockJump("enrich"),
        *(Pause(component, seconds) for component, seconds in PAUSED.items()),
    ]


def possible(chosen: Sequence[Fault], *, disk: bool) -> tuple[list[Fault], Mapping[str, str]]:
    """Those that can be struck here, and why the others cannot."""
    why = "only root may mount the small disk that it fills"
    skipped = {fault.name: why for fault in chosen if isinstance(fault, FullDisk) and not disk}
    return [fault for fault in chosen if fault.name not in skipped], skipped
