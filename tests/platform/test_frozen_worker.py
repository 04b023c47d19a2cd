"""A worker that is frozen is seen from outside, started again, and what waited for it lands."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import httpx
import orjson
import pytest
from clickhouse_connect.driver.client import Client

from infra.local.platform import Platform
from infra.local.settings import HOST
from streams.clickhouse import Login, connected
from streams.sources.gateway.signature import sign
from tests.fixtures.samples import deliveries
from tests.platform.conftest import discard, fresh_platform

WAIT_S = 120.0
QUICK = {"INLAND_WATCH_NO_PROGRESS_S": "8", "INLAND_WATCH_INTERVAL_S": "1"}
ORDER = orjson.loads(next(delivery.body for delivery in deliveries() if delivery.topic == "order.created"))


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A whole platform that is impatient with its stages."""
    fresh = fresh_platform(tmp_path_factory, "frozen")
    impatient = {"probe_pause_s": 1.0, "liveness_failures": 3, "stop_deadline_s": 5.0}
    own = Platform(fresh.settings.model_copy(update=impatient))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in QUICK.items():
            patch.setenv(name, value)
        try:
            own.up()
            yield own
        finally:
            discard(own)


@pytest.fixture(scope="module")
def rows(quick: Platform) -> Iterator[Client]:
    """A ClickHouse client with an analyst's rights."""
    password = (quick.layout.secrets / "clickhouse-analyst").read_text(encoding="utf-8").strip()
    with connected(Login(HOST, quick.settings.clickhouse_port, "analyst", password, "inland")) as client:
        yield client


def _eventually(what: str, condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < ends, f"waited in vain: {what}"
        time.sleep(0.2)


def _deliver(platform: Platform, order_id: int) -> None:
    body = orjson.dumps({**ORDER, "id": order_id})
    secret = (platform.layout.secrets / "webhook-demo").read_bytes().strip()
    headers = {
        "X-WC-Webhook-Topic": "order.updated",
        "X-WC-Webhook-Signature": sign(body, secret),
        "X-WC-Webhook-ID": "2",
    }
    url = f"{platform.settings.gateway_url}/webhooks/demo"
    assert httpx.post(url, content=body, headers=headers, trust_env=False).status_code == 200


def _landed(rows: Client, orders: range) -> int:
    query = (
        "SELECT uniqExact(entity_id) FROM commerce_events WHERE entity = 'order' AND entity_id IN {ids:Array(Int64)}"
    )
    return int(rows.query(query, parameters={"ids": list(orders)}).result_rows[0][0])


def _live(platform: Platform) -> httpx.Response:
    return httpx.get(f"{platform.settings.watch_url}/live/inland-redact", trust_env=False, timeout=10)


def test_a_frozen_redact_worker_is_seen_and_started_again_and_its_events_land(quick: Platform, rows: Client) -> None:
    before = quick.status().component("redact")
    assert before.pid is not None
    assert _live(quick).status_code == 200
    orders = range(time.time_ns() // 1_000_000, time.time_ns() // 1_000_000 + 10)
    os.kill(before.pid, signal.SIGSTOP)
    for order_id in orders:
        _deliver(quick, order_id)
    _eventually("the watch sees it", lambda: _live(quick).status_code == 503)
    seen = _live(quick).json()
    _eventually("it is started again", lambda: quick.status().component("redact").restarts >= 1)
    _eventually("it is healthy", lambda: quick.status().component("redact").state == "healthy")
    _eventually("its events land", lambda: _landed(rows, orders) == len(orders))
    after = quick.status().component("redact")
    assert after.pid != before.pid
    assert "killed for" in after.last_restart
    assert {partition["topic"] for partition in seen["partitions"]} <= {
        "woo.deliveries",
        "shop.cdc.changes",
        "shop.cdc.parts",
    }
    assert all(partition["remedy"] for partition in seen["partitions"])
    _eventually("the watch is content", lambda: _live(quick).status_code == 200)


def test_a_watch_that_is_away_causes_no_restart_and_is_started_again_itself(quick: Platform) -> None:
    _eventually("all is healthy", lambda: quick.status().phase == "healthy")
    before = {part.name: part.pid for part in quick.status().components}
    watch = before.pop("watch")
    assert watch is not None
    os.kill(watch, signal.SIGSTOP)
    frozen = time.monotonic()
    # Its own liveness is that it answers at all.
    _eventually("the watch is started again", lambda: quick.status().component("watch").pid not in {None, watch})
    assert time.monotonic() - frozen > quick.settings.liveness_failures * quick.settings.probe_pause_s
    _eventually("all is healthy", lambda: quick.status().phase == "healthy")
    assert {part.name: part.pid for part in quick.status().components if part.name != "watch"} == before
