"""What does not fit is refused when it is put together, not when the first record comes."""

from typing import Any

import faust
import pytest

from streams.delivery.copartitioned import WiringError, check_wiring
from streams.delivery.table import Table
from tests.unit.delivery.stand import Echo
from tests.unit.delivery.test_waking import Alarm
from topics.catalogue import catalogue, expand
from topics.model import Topic
from topics.names import SHOP_CDC_CHANGES, WOO_DELIVERIES


def table(partitions: int = 2) -> Table:
    app: Any = faust.App("inland-test", broker="kafka://127.0.0.1:1", store="memory://")
    return Table(app, "kept", partitions, on_disk=False)


def counted(**counts: int) -> dict[str, Topic]:
    """Topics of these partition counts."""
    spec = catalogue()[WOO_DELIVERIES].spec
    named = [
        spec.model_copy(update={"name": name, "partitions": count, "dead_letters": False})
        for name, count in counts.items()
    ]
    return {topic.name: topic for one in named for topic in expand(one)}


def test_the_projects_own_topics_fit_one_another() -> None:
    check_wiring(Alarm(), [WOO_DELIVERIES, SHOP_CDC_CHANGES], table(), catalogue())


def test_topics_of_different_partition_counts_are_refused_by_name_and_count() -> None:
    with pytest.raises(WiringError, match="orders: 4") as refused:
        check_wiring(Echo(), ["orders", "notes"], table(4), counted(orders=4, notes=2))
    assert "notes: 2" in str(refused.value)


def test_a_table_of_another_partition_count_is_refused() -> None:
    with pytest.raises(WiringError, match="inland-test-kept-changelog: 4"):
        check_wiring(Echo(), ["orders"], table(4), counted(orders=2))


def test_without_a_table_counts_may_differ() -> None:
    check_wiring(Echo(), ["orders", "notes"], None, counted(orders=4, notes=2))


def test_timers_without_a_table_are_refused() -> None:
    with pytest.raises(WiringError, match="alarm has timers"):
        check_wiring(Alarm(), ["orders"], None, counted(orders=2))


def test_a_table_that_has_timers_is_one_stages_alone() -> None:
    shared, waking = table(), table()
    shared.stages.append("echo")
    waking.stages.append("alarm")
    waking.waking = True
    for stage, kept in ((Alarm(), shared), (Echo(), waking)):
        with pytest.raises(WiringError, match="a table of its own"):
            check_wiring(stage, ["orders"], kept, counted(orders=2))
    check_wiring(Echo(), ["orders"], shared, counted(orders=2))
