"""Whom the watch follows, and how patiently."""

import pytest

from streams.settings import Settings
from streams.watch.groups import UnknownGroupError, bounds_for, bounds_of, only, watched
from topics.catalogue import catalogue
from topics.names import RECOMMEND_BASKETS, SHOP_CDC_CHANGES, SHOP_CDC_PARTS, WOO_DELIVERIES, commerce_events


def test_groups_and_topics_are_the_catalogues() -> None:
    found = watched(catalogue())
    assert set(found) == {"inland-redact", "inland-enrich", "inland-enrich-batch", "inland-recommend", "inland-sink"}
    assert set(found["inland-redact"]) == {WOO_DELIVERIES, SHOP_CDC_CHANGES, SHOP_CDC_PARTS}
    assert commerce_events("uk") in found["inland-enrich"]
    assert found["inland-enrich-batch"] == found["inland-enrich"]
    assert RECOMMEND_BASKETS in found["inland-recommend"]


def test_neither_changelogs_nor_dead_letters_are_waited_for() -> None:
    topics = {topic for found in watched(catalogue()).values() for topic in found}
    assert not [topic for topic in topics if topic.endswith(("-changelog", ".dlq"))]


def test_a_group_of_its_own_patience_has_it() -> None:
    given = Settings(watch_no_progress_s=60, watch_patience={"inland-enrich": 300})
    assert bounds_of("inland-enrich", given).no_progress_s == 300
    assert bounds_of("inland-redact", given).no_progress_s == 60


def test_the_patience_with_enrich_covers_its_slowest_lawful_batch() -> None:
    given = Settings()
    assert bounds_of("inland-enrich", given).no_progress_s > 2 * 2 * given.model_deadline_s


def test_a_look_of_some_seconds_looks_several_times_and_calls_stuck_what_stood_still_in_them() -> None:
    bounds = bounds_for(10, Settings())
    assert bounds.no_progress_s == 10
    assert 5 * bounds.interval_s <= 10


def test_an_unknown_group_is_refused_with_the_groups_there_are() -> None:
    with pytest.raises(UnknownGroupError, match="inland-redact"):
        only(watched(catalogue()), "inland-redcat")
