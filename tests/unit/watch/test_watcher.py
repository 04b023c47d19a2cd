"""The watcher over a Kafka in memory: what it serves over HTTP, and that a Kafka that is away is a verdict."""

import json
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from aiokafka.errors import KafkaConnectionError
from prometheus_client import REGISTRY

from streams.watch.parked import Parked
from streams.watch.routes import routes
from streams.watch.verdict import Verdict
from streams.watch.view import GroupView
from streams.watch.watcher import Groups, Watcher
from tests.unit.watch.samples import BOUND_S, BOUNDS, GROUP, INTERVAL_S, TOPIC, at, view


class Kafka:
    """Stands in for the broker, the workers and the clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.seen: GroupView | None = view(at(3))
        self.told: Parked = {}
        self.closed = 0

    async def look(self, groups: Groups) -> dict[str, GroupView]:
        """The group, or nobody."""
        if self.seen is None:
            raise KafkaConnectionError
        return dict.fromkeys(groups, self.seen)

    async def close(self) -> None:
        self.closed += 1

    async def parked(self) -> dict[str, Parked]:
        return {GROUP: self.told}

    def clock(self) -> float:
        return self.now


@pytest.fixture
def kafka() -> Kafka:
    return Kafka()


@pytest.fixture
def watcher(kafka: Kafka) -> Watcher:
    return Watcher({GROUP: {TOPIC: 1}}, {GROUP: BOUNDS}, kafka, kafka, kafka.clock)


async def _watch(watcher: Watcher, kafka: Kafka, seconds: float) -> None:
    await watcher.look()
    for _ in range(round(seconds / INTERVAL_S)):
        kafka.now += INTERVAL_S
        await watcher.look()


async def _ask(watcher: Watcher, path: str) -> tuple[int, Any]:
    app = web.Application()
    app.add_routes(routes(watcher))
    async with TestClient(TestServer(app)) as client, client.get(path) as answer:
        return answer.status, json.loads(await answer.text())


async def test_live_is_200_while_the_group_moves_and_before_anything_was_seen(watcher: Watcher, kafka: Kafka) -> None:
    assert (await _ask(watcher, f"/live/{GROUP}"))[0] == 200
    await _watch(watcher, kafka, BOUND_S - INTERVAL_S)
    assert (await _ask(watcher, f"/live/{GROUP}"))[0] == 200


async def test_live_is_503_for_a_stuck_group_and_names_place_lag_since_client_and_remedy(
    watcher: Watcher, kafka: Kafka
) -> None:
    await _watch(watcher, kafka, BOUND_S)
    status, body = await _ask(watcher, f"/live/{GROUP}")
    assert status == 503
    (partition,) = body["partitions"]
    assert (partition["topic"], partition["partition"], partition["lag"]) == (TOPIC, 0, 7)
    assert (partition["verdict"], partition["client_id"]) == ("stuck", "redact-a")
    assert partition["since"]
    assert partition["remedy"]
    assert (await _ask(watcher, f"/live/{GROUP}/redact-a"))[0] == 503
    assert (await _ask(watcher, f"/live/{GROUP}/nobody"))[0] == 503


async def test_a_group_that_is_not_watched_is_404_with_those_that_are(watcher: Watcher) -> None:
    status, body = await _ask(watcher, "/live/other")
    assert status == 404
    assert GROUP in body["remedy"]


async def test_kafka_that_is_away_is_a_verdict_and_no_reason_for_a_restart(watcher: Watcher, kafka: Kafka) -> None:
    await _watch(watcher, kafka, BOUND_S)
    kafka.seen = None
    await _watch(watcher, kafka, BOUNDS.away_s)
    assert [group.verdict for group in watcher.verdicts] == [Verdict.UNREACHABLE]
    assert not watcher.reached()
    assert kafka.closed, "the next look must connect anew"
    assert (await _ask(watcher, f"/live/{GROUP}"))[0] == 200
    kafka.seen = view(at(3))
    await watcher.look()
    assert watcher.reached()


async def test_what_a_worker_says_is_parked_is_parked(watcher: Watcher, kafka: Kafka) -> None:
    kafka.told = {(TOPIC, 0): 42.0}
    await _watch(watcher, kafka, BOUND_S)
    assert [group.verdict for group in watcher.verdicts] == [Verdict.PARKED]
    assert (await _ask(watcher, f"/live/{GROUP}"))[0] == 200


async def test_metrics_tell_lag_standstill_and_one_verdict_per_partition(watcher: Watcher, kafka: Kafka) -> None:
    await _watch(watcher, kafka, BOUND_S)
    place = {"group": GROUP, "topic": TOPIC, "partition": "0"}
    assert REGISTRY.get_sample_value("inland_watch_lag", place) == 7
    assert REGISTRY.get_sample_value("inland_watch_seconds_without_progress", place) == BOUND_S
    told = {
        verdict: REGISTRY.get_sample_value("inland_watch_verdict", {**place, "verdict": verdict}) for verdict in Verdict
    }
    assert told == {verdict: float(verdict is Verdict.STUCK) for verdict in Verdict}
