"""Components start in the order of their needs."""

import pytest

from infra.local.component import Component
from infra.local.components import components
from infra.local.layout import Layout
from infra.local.order import OrderError, levels
from tests.unit.local.conftest import settings_of


def part(name: str, *needs: str) -> Component:
    return Component(name=name, command=("true",), needs=needs)


def names(parts: list[Component]) -> list[list[str]]:
    return [sorted(component.name for component in level) for level in levels(parts)]


def test_what_needs_nothing_starts_together_and_first() -> None:
    assert names([part("connect", "kafka"), part("kafka"), part("mariadb")]) == [["kafka", "mariadb"], ["connect"]]


def test_a_component_waits_for_the_last_of_its_needs() -> None:
    chain = [part("sink", "apply"), part("apply", "kafka", "registry"), part("registry", "kafka"), part("kafka")]
    assert names(chain) == [["kafka"], ["registry"], ["apply"], ["sink"]]


def test_a_circle_is_refused_by_name() -> None:
    with pytest.raises(OrderError, match=r"circle: \['a', 'b'\]"):
        levels([part("a", "b"), part("b", "a"), part("c")])


def test_a_need_that_is_not_there_is_refused_with_what_there_is() -> None:
    with pytest.raises(OrderError, match=r"sink needs \['kafka'\].*\['sink'\]"):
        levels([part("sink", "kafka")])


def test_the_whole_platform_has_an_order_in_which_stages_come_after_topics_and_tables(fetched: Layout) -> None:
    order = [
        component.name
        for level in levels(components(settings_of(fetched), fetched, platform_only=False))
        for component in level
    ]
    for stage in ("gateway", "redact", "enrich", "enrich-batch", "recommend", "sink", "connector"):
        assert order.index("apply") < order.index(stage)
    for store in ("kafka", "registry", "clickhouse"):
        assert order.index(store) < order.index("apply")
    assert order.index("shop-schema") < order.index("connector")


def test_without_its_stages_the_platform_is_infrastructure_alone(fetched: Layout) -> None:
    parts = components(settings_of(fetched), fetched, platform_only=True)
    assert {part.name for part in parts} == {"kafka", "connect", "registry", "mariadb", "clickhouse", "model"}
    assert not any(part.restart for part in parts)
