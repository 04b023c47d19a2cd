"""A region whose model server is down waits for it: no byte of it goes elsewhere, and nobody else waits along."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from clickhouse_connect.driver.client import Client

from infra.local.platform import Platform
from infra.local.settings import HOST
from streams.residency.policy import POLICY_FILE
from tests.platform.audit_stand import eventually
from tests.platform.residency_stand import Line, endpoints, parked_s
from tests.platform.wire_tap import WireTap
from tests.unit.residency.policies import with_servers, written
from topics.model import Region

# A word each that no other text holds: what a server has been sent is known by them.
EU = ["walnutquay", "walnutmoor", "walnutfell"]
UK = ["birchness", "birchholt", "birchwick", "birchcombe"]
UK_LATER = ["birchford", "birchley", "birchmere", "birchthorpe"]


def _notes(words: Iterable[str]) -> list[str]:
    return [f"Where is my {word} lamp? It should be here by now" for word in words]


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as taken:
        return int(taken.getsockname()[1])


def _calls(analyst: Client, event_ids: Iterable[str]) -> list[tuple[str, str]]:
    asked = "SELECT event_id, endpoint FROM model_calls WHERE event_id IN {ids:Array(String)}"
    return [tuple(row) for row in analyst.query(asked, parameters={"ids": list(event_ids)}).result_rows]


async def test_events_of_a_region_that_is_down_wait_and_reach_no_other_region(
    platform: Platform, analyst: Client
) -> None:
    model, down = platform.settings.model_port, _free_port()
    eu, uk = Line(platform, "eu"), Line(platform, "uk")
    async with WireTap(model) as at_uk, WireTap(model) as at_ch, eu, uk:
        urls: dict[Region, str] = {"eu": f"http://{HOST}:{down}", "uk": at_uk.url, "ch": at_ch.url}
        with endpoints(platform, urls):
            waiting = [await eu.send(content) for content in _notes(EU)]
            await asyncio.to_thread(eventually, "eu's events are parked", lambda: parked_s(platform, "enrich-eu") > 1)
            assert bytes(at_uk.received + at_ch.received) == b"", "a server was reached whose region had no event"

            await uk.answers(*[await uk.send(content) for content in _notes(["birchfirst"])])
            while_down = await uk.seconds_per_event(_notes(UK))
            assert parked_s(platform, "enrich-eu") > 1, "eu came back too early to compare"
            assert not eu.answered.keys() & set(waiting)

            async with WireTap(model, down) as at_eu:
                answers = await eu.answers(*waiting)
                with_eu = await uk.seconds_per_event(_notes(UK_LATER))
    assert len(answers) == len(waiting)
    _nothing_crossed(at_eu, at_uk)
    assert bytes(at_ch.received) == b""
    print(f"uk, median seconds per event: {while_down:.3f} while eu was down, {with_eu:.3f} with eu back")
    assert while_down < 3 * with_eu + 0.25

    def on_record() -> bool:
        return {one for one, _ in _calls(analyst, [*waiting, *uk.sent])} == {*waiting, *uk.sent}

    await asyncio.to_thread(eventually, "the calls are on record", on_record)
    assert {where for _, where in _calls(analyst, waiting)} == {at_eu.url}
    assert {where for _, where in _calls(analyst, uk.sent)} == {at_uk.url}


def _nothing_crossed(eu: WireTap, uk: WireTap) -> None:
    for tap, own, foreign in ((eu, EU, [*UK, *UK_LATER]), (uk, [*UK, *UK_LATER], EU)):
        assert all(word.encode() in tap.received for word in own), "a tap that keeps nothing proves nothing"
        assert not [word for word in foreign if word.encode() in tap.received]


@contextmanager
def _worker(
    platform: Platform, policy: Path, folder: Path, port: int | None = None
) -> "Iterator[subprocess.Popen[str]]":
    """An enrich worker of its own under that policy, its metrics at that port."""
    own = {"INLAND_RESIDENCY_POLICY": policy, "INLAND_HTTP_PORT": port or _free_port(), "INLAND_DATA_DIR": folder}
    environment = {**os.environ, **platform.environment, **{name: str(value) for name, value in own.items()}}
    command = [sys.executable, "-m", "streams.cli", "worker", "enrich"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("server", "told"),
    [
        ({"url": "http://8.8.8.8"}, "http://8.8.8.8 leads to 8.8.8.8, a public address: name a server within"),
        ({"url": "http://169.254.169.254"}, "metadata"),
        ({"url": "https://api.mistral.ai", "public": True}, "mistral, a foreign AI service"),
    ],
)
def test_a_worker_does_not_start_with_an_endpoint_that_is_refused(
    platform: Platform, tmp_path: Path, server: dict[str, Any], told: str
) -> None:
    with _worker(platform, written(tmp_path, with_servers(server)), tmp_path) as worker:
        _, logs = worker.communicate(timeout=60)
    assert worker.returncode == os.EX_CONFIG, "no restart would help"
    assert told in logs


def _serves(port: int) -> bool:
    try:
        return httpx.get(f"http://{HOST}:{port}/metrics", trust_env=False).is_success
    except httpx.TransportError:
        return False


def test_a_worker_without_any_endpoint_starts_and_says_that_events_wait(platform: Platform, tmp_path: Path) -> None:
    port = _free_port()
    with _worker(platform, POLICY_FILE, tmp_path, port) as worker:
        assert worker.stderr is not None
        assert any("their events wait in Kafka" in line and '["eu", "uk", "ch"]' in line for line in worker.stderr)
        eventually("the worker serves its metrics", lambda: _serves(port))
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
