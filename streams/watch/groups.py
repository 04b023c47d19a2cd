"""Which groups read which topics, from the catalogue, and the bounds that the settings give each."""

from collections.abc import Mapping

from streams.settings import Settings
from streams.watch.judge import Bounds
from topics.model import Role, Topic
from topics.names import consumer_group

WITHOUT_GROUP: frozenset[Role] = frozenset({"replay", "operator", "debezium"})
"""Roles that read when a person asks and acknowledge nothing, and the connectors, which keep their place themselves."""

_AWAY_LOOKS = 3


class UnknownGroupError(ValueError):
    """No such group reads a topic of the catalogue; the text lists those that do."""


def watched(topics: Mapping[str, Topic]) -> dict[str, dict[str, int]]:
    """Consumer group -> topic -> partitions it should have.

    Changelogs are left out: a worker reads its own, and commits nothing there.
    """
    found: dict[str, dict[str, int]] = {}
    for topic in topics.values():
        if topic.spec.value.format == "faust-table":
            continue
        for role in topic.spec.consumers:
            if role not in WITHOUT_GROUP:
                found.setdefault(consumer_group(role), {})[topic.name] = topic.spec.partitions
    return dict(sorted(found.items()))


def only(groups: Mapping[str, dict[str, int]], name: str | None) -> dict[str, dict[str, int]]:
    """The one called `name`, or all without a name; UnknownGroupError when there is none."""
    if name is None:
        return dict(groups)
    if name not in groups:
        raise UnknownGroupError(f"the catalogue gives no topic to {name}: choose one of {', '.join(groups)}")
    return {name: groups[name]}


def bounds_of(group: str, settings: Settings) -> Bounds:
    """The settings' bounds for one group."""
    return Bounds(
        max_lag=settings.watch_max_lag,
        no_progress_s=settings.watch_patience.get(group, settings.watch_no_progress_s),
        interval_s=settings.watch_interval_s,
        away_s=_AWAY_LOOKS * settings.watch_interval_s + settings.watch_deadline_s,
    )


def bounds_for(look_s: float, settings: Settings) -> Bounds:
    """Bounds for one look of `look_s` seconds: what has not moved in that time is stuck."""
    interval_s = min(settings.watch_interval_s, look_s / 5)
    away_s = min(look_s, _AWAY_LOOKS * interval_s + settings.watch_deadline_s)
    return Bounds(settings.watch_max_lag, look_s, interval_s, away_s)
