"""Exit codes, lines of changes, and what workers say is parked."""

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner

from infra.local.settings import HOST
from streams.commands.watch import watch
from streams.watch.changes import Changes
from streams.watch.parked import Workers, read
from streams.watch.report import outcome
from streams.watch.verdict import EXIT_CODES, Verdict, worst
from tests.unit.watch.samples import BOUND_S, BOUNDS, Looks, at, view

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_every_verdict_has_an_exit_code_and_none_is_clicks_own() -> None:
    assert set(EXIT_CODES) == set(Verdict)
    assert EXIT_CODES[Verdict.OK] == 0
    assert not {1, 2} & set(EXIT_CODES.values())
    assert all(code < 126 for code in EXIT_CODES.values()), "a shell keeps those from 126 on for itself"


def test_a_worse_verdict_never_has_a_lower_exit_code() -> None:
    codes = [EXIT_CODES[verdict] for verdict in Verdict]
    assert codes == sorted(codes)
    assert worst([Verdict.LAGGING, Verdict.STUCK, Verdict.OK]) is Verdict.STUCK
    assert worst([]) is Verdict.OK


def test_an_outcome_is_that_of_its_worst_group_and_says_since_when() -> None:
    found = outcome([Looks().once(view()), Looks().for_seconds(BOUND_S, view(at(3)))], NOW)
    assert (found.verdict, found.exit_code) == (Verdict.STUCK, 20)
    assert found.groups[1].partitions[0].since == NOW - timedelta(seconds=BOUND_S)


def test_a_change_of_verdict_is_told_once() -> None:
    changes, looks = Changes(), Looks()
    assert changes.since_last([looks.once(view(at(3)))], NOW) == []
    (stuck,) = changes.since_last([looks.for_seconds(BOUND_S, view(at(3)))], NOW)
    assert (stuck.before, stuck.verdict) == (Verdict.OK, Verdict.STUCK)
    assert changes.since_last([looks.once(view(at(3)))], NOW) == []
    (moved,) = changes.since_last([looks.once(view(at(4)))], NOW)
    assert (moved.before, moved.verdict) == (Verdict.STUCK, Verdict.OK)


def test_kafka_that_goes_and_comes_back_is_one_line_a_group() -> None:
    changes, looks = Changes(), Looks()
    stuck = looks.for_seconds(BOUND_S, view(at(3)))
    changes.since_last([stuck], NOW)
    away = looks.judge.miss(stuck, 0.0, looks.now + BOUNDS.away_s)
    assert away is not None
    (gone,) = changes.since_last([away], NOW)
    assert (gone.before, gone.verdict, gone.partition) == (Verdict.STUCK, Verdict.UNREACHABLE, None)
    (back,) = changes.since_last([stuck], NOW)
    assert (back.before, back.verdict, back.partition) == (Verdict.UNREACHABLE, Verdict.STUCK, None)


async def test_a_worker_that_does_not_answer_or_has_no_such_metric_has_nothing_parked() -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text='inland_parked_seconds{stage="enrich-eu",topic="t",partition="1"} 9.0\n')

    app = web.Application()
    app.router.add_get("/enrich/metrics", page)
    server = TestServer(app)
    async with server:
        urls = [str(server.make_url("/enrich/")), str(server.make_url("/none")), f"http://{HOST}:1"]
        assert await Workers({"inland-enrich": urls, "inland-sink": urls[1:]}).parked() == {
            "inland-enrich": {("t", 1): 9.0},
            "inland-sink": {},
        }


def test_what_is_parked_is_read_from_a_page_of_metrics_and_zero_is_not_parked() -> None:
    page = """
# HELP inland_parked_seconds Waiting for a dependency.
# TYPE inland_parked_seconds gauge
inland_parked_seconds{stage="enrich-eu",topic="commerce.events.eu",partition="0"} 42.5
inland_parked_seconds{stage="enrich-eu",topic="commerce.events.eu",partition="1"} 0.0
inland_parked_total{shop="demo"} 3.0
"""
    assert read(page) == {("commerce.events.eu", 0): 42.5}
    assert read("inland_messages_out_total 3.0\n") == {}


@pytest.mark.parametrize("options", [["--for", "5"], ["--probe"]])
def test_what_goes_with_once_alone_is_refused_without_it(options: list[str]) -> None:
    result = CliRunner().invoke(watch, options)
    assert result.exit_code == 2
    assert "--once" in result.output
