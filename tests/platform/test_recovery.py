"""What survives when a stage dies: its state, and every event."""

import os
import signal
import time
from collections.abc import Callable

import httpx
import orjson
import pytest
from clickhouse_connect.driver.client import Client

from infra.local.platform import Platform
from streams.sources.gateway.signature import sign
from tests.fixtures.samples import deliveries

WAIT_S = 90.0
ORDER = orjson.loads(next(delivery.body for delivery in deliveries() if delivery.topic == "order.created"))


def _eventually(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.2)


def _deliver(platform: Platform, order_id: int, status: str, products: tuple[int, ...] = ()) -> None:
    lines = [{**ORDER["line_items"][0], "product_id": product} for product in products]
    body = orjson.dumps({**ORDER, "id": order_id, "status": status, "line_items": lines or ORDER["line_items"]})
    secret = (platform.layout.secrets / "webhook-demo").read_bytes().strip()
    headers = {
        "X-WC-Webhook-Topic": "order.updated",
        "X-WC-Webhook-Signature": sign(body, secret),
        "X-WC-Webhook-ID": str(time.time_ns()),  # never a repetition for the gateway
    }
    url = f"{platform.settings.gateway_url}/webhooks/demo"
    assert httpx.post(url, content=body, headers=headers, trust_env=False).status_code == 200


def _landed(analyst: Client, order_id: int) -> list[str]:
    query = (
        "SELECT order_status FROM commerce_events WHERE entity = 'order' AND entity_id = {id:Int64} ORDER BY _offset"
    )
    return [str(status) for (status,) in analyst.query(query, parameters={"id": order_id}).result_rows]


def _pid(platform: Platform, name: str) -> int:
    pid = next(part.pid for part in platform.status().components if part.name == name)
    assert pid is not None
    return pid


def _kill(platform: Platform, name: str) -> None:
    """Kill a stage, and wait until its successor is healthy."""
    before = _pid(platform, name)
    os.kill(before, signal.SIGKILL)
    _eventually(lambda: _component_state(platform, name) == "healthy" and _pid(platform, name) != before)


def _component_state(platform: Platform, name: str) -> str:
    return str(next(part.state for part in platform.status().components if part.name == name))


@pytest.fixture
def fresh() -> int:
    """An id that no order or product of an earlier run has."""
    return time.time_ns() // 1_000_000


def test_a_killed_redact_worker_still_knows_what_it_has_published(
    platform: Platform, analyst: Client, fresh: int
) -> None:
    _deliver(platform, fresh, "pending")
    _eventually(lambda: _landed(analyst, fresh) == ["pending"])
    _kill(platform, "redact")
    _deliver(platform, fresh, "pending")
    # The second state shows that the repetition before it has been passed by.
    _deliver(platform, fresh, "processing")
    _eventually(lambda: len(_landed(analyst, fresh)) >= 2)
    assert _landed(analyst, fresh) == ["pending", "processing"]


def test_a_killed_recommend_worker_goes_on_counting_where_it_was(
    platform: Platform, analyst: Client, fresh: int
) -> None:
    product, other = fresh, fresh + 1

    def orders_in_common() -> int:
        query = "SELECT max(arrayMax(recommended_orders)) FROM recommendation_updates WHERE product_id = {id:Int64}"
        return int(analyst.query(query, parameters={"id": product}).result_rows[0][0] or 0)

    _deliver(platform, fresh, "processing", (product, other))
    _eventually(lambda: orders_in_common() == 1)
    _kill(platform, "recommend")
    # Told again it does not count again; the next order does.
    _deliver(platform, fresh, "completed", (product, other))
    _deliver(platform, fresh + 1, "processing", (product, other))
    _eventually(lambda: orders_in_common() >= 2)
    assert orders_in_common() == 2


def test_what_is_told_while_stages_are_dead_lands_once_when_they_are_back(
    platform: Platform, analyst: Client, fresh: int
) -> None:
    os.kill(_pid(platform, "sink"), signal.SIGKILL)
    os.kill(_pid(platform, "redact"), signal.SIGKILL)
    orders = range(fresh, fresh + 10)
    for order_id in orders:
        _deliver(platform, order_id, "pending")
    _eventually(lambda: all(_landed(analyst, order_id) for order_id in orders))
    assert all(_landed(analyst, order_id) == ["pending"] for order_id in orders)
