"""The watch's metrics: name, kind, labels, meaning."""

from collections.abc import Iterable

from prometheus_client import Counter, Gauge

from streams.watch.verdict import GroupVerdict, Verdict

_PLACE = ["group", "topic", "partition"]

LAG = Gauge("inland_watch_lag", "Records that the group has not acknowledged.", _PLACE)
STALLED = Gauge(
    "inland_watch_seconds_without_progress", "Records have waited so long with the committed offset unmoved.", _PLACE
)
VERDICT = Gauge("inland_watch_verdict", "1 for the partition's verdict, 0 for the others.", [*_PLACE, "verdict"])
MEMBERS = Gauge("inland_watch_members", "Members of the group.", ["group"])
REACHED = Gauge("inland_watch_kafka_reached", "1 when Kafka has answered lately, else 0.")
LOOKS = Counter("inland_watch_looks", "Looks at Kafka.", ["outcome"])


def tell(groups: Iterable[GroupVerdict]) -> None:
    """Set the gauges; a partition that is not watched any more disappears."""
    for gauge in (LAG, STALLED, VERDICT, MEMBERS):
        gauge.clear()
    for group in groups:
        MEMBERS.labels(group.group).set(group.members)
        for one in group.partitions:
            place = (group.group, one.topic, str(one.partition))
            LAG.labels(*place).set(one.lag)
            STALLED.labels(*place).set(one.stalled_s)
            for verdict in Verdict:
                VERDICT.labels(*place, verdict).set(verdict is one.found.verdict)
