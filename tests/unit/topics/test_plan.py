"""The plan says what differs, and never touches what an operator must decide."""

from topics.apply import LiveTopic, plan
from topics.catalogue import catalogue
from topics.names import WOO_DELIVERIES

WANTED = [catalogue()[WOO_DELIVERIES]]


def test_a_missing_topic_is_created() -> None:
    assert [(change.topic, change.action) for change in plan(WANTED, {})] == [(WOO_DELIVERIES, "create")]


def test_a_topic_that_follows_the_catalogue_is_left_alone() -> None:
    assert plan(WANTED, {WOO_DELIVERIES: LiveTopic(2, WANTED[0].config)}) == []


def test_a_differing_retention_is_corrected_and_named() -> None:
    live = LiveTopic(2, {**WANTED[0].config, "retention.ms": "1"})
    (change,) = plan(WANTED, {WOO_DELIVERIES: live})
    assert (change.action, "retention.ms" in change.detail) == ("configure", True)


def test_another_number_of_partitions_is_refused_since_keys_would_move() -> None:
    (change,) = plan(WANTED, {WOO_DELIVERIES: LiveTopic(3, WANTED[0].config)})
    assert change.action == "refuse"
