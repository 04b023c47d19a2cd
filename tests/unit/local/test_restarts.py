"""Which component is started again, how soon, and how often."""

import httpx
import pytest

from infra.local.component import Component
from infra.local.keeper import restart_failed
from infra.local.restarts import INSISTENT, OF_STAGES, restarts_of
from infra.local.settings import LocalSettings


async def _healthy() -> None:
    return


BROKER = Component("broker", ("broker",), probe=_healthy)
STAGE = Component("stage", ("stage",), probe=_healthy, restart=True)
ONCE = Component("once", ("once",))


def test_by_default_stages_alone_are_started_again() -> None:
    settings = LocalSettings()
    assert [restarts_of(part, settings) for part in (BROKER, STAGE, ONCE)] == [None, OF_STAGES, None]


def test_where_the_settings_say_so_everything_is_but_what_runs_once() -> None:
    settings = LocalSettings(restart_infrastructure=True)
    assert [restarts_of(part, settings) for part in (BROKER, STAGE, ONCE)] == [INSISTENT, INSISTENT, None]


def test_pauses_double_up_to_the_longest_and_end_with_the_eighth() -> None:
    assert [OF_STAGES.backoff_s(before) for before in range(9)] == [1, 2, 4, 8, 16, 30, 30, 30, None]


def test_an_insistent_restart_never_ends_and_never_waits_long() -> None:
    assert {INSISTENT.backoff_s(before) for before in range(5, 5_000)} == {2.0}


@pytest.mark.parametrize(("connector", "task", "restarted"), [
    ("RUNNING", "RUNNING", False), ("RUNNING", "FAILED", True), ("FAILED", "RUNNING", True),
])  # fmt: skip
async def test_a_connector_is_restarted_when_it_or_its_task_has_failed(
    connector: str, task: str, restarted: bool
) -> None:
    asked: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.url.path))
        return httpx.Response(200, json={"connector": {"state": connector}, "tasks": [{"state": task}]})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        assert await restart_failed(client, "http://connect/connectors/shop", _healthy) is restarted
    assert (("POST", "/connectors/shop/restart") in asked) is restarted


async def test_a_connector_that_connect_does_not_know_yet_is_left_alone() -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(404))) as client:
        assert not await restart_failed(client, "http://connect/connectors/shop", _healthy)


async def test_a_connector_whose_binlog_is_gone_starts_over_and_is_not_restarted_in_vain() -> None:
    trace = "ServerException: Probably the slave state is too old and required binlog files have been purged."
    started: list[bool] = []

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.method == "GET"
        task = {"state": "FAILED", "trace": trace}
        return httpx.Response(200, json={"connector": {"state": "RUNNING"}, "tasks": [task]})

    async def start_over() -> None:
        started.append(True)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        assert await restart_failed(client, "http://connect/connectors/shop", start_over)
    assert started == [True]
