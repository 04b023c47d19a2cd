"""Which route came first, from the redact stage's own metric."""

import pytest
from prometheus_client import CollectorRegistry, Counter, generate_latest

from streams.demo.arrivals import METRIC, later
from streams.metrics import EVENTS_BY_ROUTE


def test_later_arrivals_are_added_up_by_entity_whichever_route_came_first() -> None:
    registry = CollectorRegistry()
    counter = Counter("inland_events_by_route", "", ["entity", "route", "outcome"], registry=registry)
    counter.labels("order", "cdc", "repeated_after_webhook").inc(3)
    counter.labels("order", "webhook", "repeated_after_cdc").inc(4)
    counter.labels("order", "webhook", "published").inc(100)
    counter.labels("coupon", "webhook", "published").inc(1)
    assert later(generate_latest(registry).decode()) == {"order": 7}


def test_the_metric_is_the_stages_own() -> None:
    (family,) = EVENTS_BY_ROUTE.collect()
    assert f"{family.name}_total" == METRIC


def test_what_is_no_metric_is_refused() -> None:
    with pytest.raises(ValueError, match="could not"):
        later(f"{METRIC}{{broken")
