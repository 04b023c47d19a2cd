"""The stations of the line, and how far each is: counts since the demonstration began, and what still waits."""

from collections.abc import Mapping
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from streams.demo.landed import repeated_by_topic, rows_by_topic
from streams.demo.offsets import Offsets
from topics.catalogue import catalogue
from topics.model import REGIONS
from topics.names import (
    MODEL_CALLS,
    RECOMMENDATION_UPDATES,
    SHOP_CDC_CHANGES,
    WOO_DELIVERIES,
    commerce_events,
    dead_letters,
    enrichment_results,
)

_ENRICH = ("inland-enrich", "inland-enrich-batch")
GROUPS = ("inland-redact", *_ENRICH, "inland-recommend", "inland-sink")
_SINK = "inland-sink"
LANDING = tuple(name for name, topic in catalogue().items() if "sink" in topic.spec.consumers)
_DEAD_LETTERS = tuple(name for name, topic in catalogue().items() if topic.parent)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of each topic records written, rows landed, repetitions left out and what the sink refused; each group's lag."""

    written: Mapping[str, int]
    landed: Mapping[str, int]
    repeated: Mapping[str, int]
    refused: Mapping[str, int]
    lag: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Station:
    """One line of the picture. `waiting` is None where nothing can wait."""

    name: str
    what: str
    done: int
    waiting: int | None = None


async def count(offsets: Offsets, client: Client) -> Counts:
    """Ask Kafka and ClickHouse."""
    written = await offsets.written(list(catalogue()))
    return Counts(
        written=written,
        landed=rows_by_topic(client),
        repeated=repeated_by_topic(client),
        refused={
            topic: await offsets.refused(dead_letters(topic), written[dead_letters(topic)], _SINK) for topic in LANDING
        },
        lag={group: await offsets.lag(group) for group in GROUPS},
    )


def stations(now: Counts, begin: Counts) -> list[Station]:
    """The picture, in the order of an event's way."""

    def written(*topics: str) -> int:
        return sum(now.written[topic] - begin.written[topic] for topic in topics)

    events = [commerce_events(region) for region in REGIONS]
    landed = sum(now.landed.get(topic, 0) - begin.landed.get(topic, 0) for topic in LANDING)
    return [
        Station("gateway", "webhook deliveries in Kafka", written(WOO_DELIVERIES)),
        Station("debezium", "row changes in Kafka", written(SHOP_CDC_CHANGES)),
        Station("redact", "events without personal data", written(*events), now.lag["inland-redact"]),
        Station("enrich", "model calls", written(MODEL_CALLS), sum(now.lag[group] for group in _ENRICH)),
        Station("", "answers", written(*(enrichment_results(region) for region in REGIONS))),
        Station("recommend", "recommendation updates", written(RECOMMENDATION_UPDATES), now.lag["inland-recommend"]),
        Station("clickhouse", "rows landed", landed, now.lag["inland-sink"]),
        Station("dead letters", "refused, kept aside", written(*_DEAD_LETTERS)),
    ]


def unlanded(now: Counts) -> dict[str, int]:
    """Records written for ClickHouse that are neither there nor among the sink's dead letters, by topic."""
    missing = {
        topic: now.written[topic] - now.landed.get(topic, 0) - now.repeated.get(topic, 0) - now.refused[topic]
        for topic in LANDING
    }
    return {topic: records for topic, records in missing.items() if records}


def is_still(now: Counts) -> bool:
    """Whether nothing waits anywhere."""
    return not any(now.lag.values()) and not unlanded(now)
