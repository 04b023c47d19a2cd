"""When a process that does no work is ended, and how the supervisor asks."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from infra.local.components.stages import IN_GROUP, STAGES, stages
from infra.local.layout import Layout
from infra.local.liveness import LONGEST_REST_S, Liveness, LivenessBounds
from infra.local.ports import free_ports
from infra.local.probes import NotLiveError, answers, live
from infra.local.settings import HOST
from tests.unit.local.conftest import settings_of

BOUNDS = LivenessBounds(failures=3, start_s=600, rest_s=60)


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def liveness(clock: Clock) -> Liveness:
    """Of a process that has been healthy."""
    found = Liveness(BOUNDS, clock)
    found.healthy()
    return found


def _fails_until_it_ends(liveness: Liveness, clock: Clock) -> float:
    """The age at which a process that does nothing is ended; it is asked every 5 s."""
    liveness.started()
    liveness.healthy()
    begun = clock.now
    while not liveness.failed():
        clock.now += 5
    return clock.now - begun


def test_a_process_is_ended_after_so_many_failures_in_a_row(liveness: Liveness) -> None:
    assert [liveness.failed() for _ in range(3)] == [False, False, True]


def test_one_success_in_between_begins_anew(liveness: Liveness) -> None:
    liveness.failed()
    liveness.failed()
    liveness.lived()
    assert [liveness.failed() for _ in range(3)] == [False, False, True]


def test_a_process_that_starts_is_left_alone_until_it_was_healthy_or_its_time_is_over(clock: Clock) -> None:
    starting = Liveness(BOUNDS, clock)
    assert not starting.counts
    clock.now = BOUNDS.start_s
    assert starting.counts
    starting.started()
    assert not starting.counts
    starting.healthy()
    assert starting.counts


def test_ends_that_do_not_help_become_rarer(liveness: Liveness, clock: Clock) -> None:
    ages = [_fails_until_it_ends(liveness, clock) for _ in range(8)]
    assert ages == [10, 60, 120, 240, 480, 960, LONGEST_REST_S, LONGEST_REST_S]


def test_an_end_that_helped_for_long_is_forgotten(liveness: Liveness, clock: Clock) -> None:
    for _ in range(3):
        _fails_until_it_ends(liveness, clock)
    liveness.started()
    clock.now += 3600
    while not liveness.failed():
        continue
    assert _fails_until_it_ends(liveness, clock) == BOUNDS.rest_s


@pytest.fixture
async def watch() -> AsyncIterator[TestServer]:
    """A watch that says what the path asks for."""

    async def answer(request: web.Request) -> web.Response:
        status = int(request.match_info["status"])
        return web.json_response({"reason": "stuck: woo.deliveries[0]"}, status=status)

    app: web.Application = web.Application()
    app.router.add_get("/{status}", answer)
    server = TestServer(app)
    async with server:
        yield server


async def test_the_watch_speaks_against_a_stage_by_503_alone(watch: TestServer) -> None:
    for status in (200, 404, 500):
        await live(str(watch.make_url(f"/{status}")))()
    with pytest.raises(NotLiveError, match=r"stuck: woo\.deliveries\[0\]"):
        await live(str(watch.make_url("/503")))()


async def test_a_watch_that_is_away_speaks_against_nobody() -> None:
    await live(f"http://{HOST}:{free_ports()['watch_port']}/live/inland-redact")()


async def test_a_gateway_lives_that_answers_anything(watch: TestServer) -> None:
    await answers(str(watch.make_url("/503")))()
    with pytest.raises(httpx.ConnectError):
        await answers(f"http://{HOST}:{free_ports()['gateway_port']}/health")()


def test_every_stage_has_a_liveness_check_and_those_of_a_group_ask_the_watch(fetched: Layout) -> None:
    asked: dict[str, Any] = {part.name: part for part in stages(settings_of(fetched), fetched) if part.restart}
    assert set(asked) == set(STAGES)
    assert all(part.liveness for part in asked.values())
    told = asked["watch"].environment["INLAND_WATCH_WORKERS"]
    assert all(f"inland-{name}" in told for name in IN_GROUP)
