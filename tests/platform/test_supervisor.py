"""The supervisor over small real processes: order, restarts, failures and signals."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from infra.local.component import Component, Probe, Step
from infra.local.layout import Layout
from infra.local.probes import NotLiveError
from infra.local.settings import LocalSettings
from infra.local.status import PlatformStatus, State, read_status
from infra.local.supervisor import Supervisor

SETTINGS = LocalSettings(
    start_deadline_s=5, stop_deadline_s=2, probe_pause_s=0.2, liveness_failures=3, liveness_rest_s=0
)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """An empty state directory."""
    layout = Layout(tmp_path)
    layout.create()
    return layout


def server(
    name: str,
    body: str,
    *needs: str,
    restart: bool = False,
    probe: Probe | None = None,
    liveness: Probe | None = None,
) -> Component:
    """A Python process that runs `body`; healthy at once unless a probe says otherwise."""

    async def at_once() -> None:
        return

    command = (sys.executable, "-u", "-c", f"import signal, sys, time, os\n{body}")
    return Component(
        name=name, command=command, needs=needs, probe=probe or at_once, liveness=liveness, restart=restart
    )


def once(name: str, body: str, *needs: str) -> Component:
    """A one-shot."""
    return Component(name=name, command=(sys.executable, "-c", body), needs=needs)


async def present(path: Path) -> None:
    """A probe's question: did the process say that its signal handler is in place?"""
    if not await asyncio.to_thread(path.exists):
        raise RuntimeError("no handler yet")


def says_when_it_stops(name: str, journal: Path, *needs: str) -> Component:
    """A server that writes its name into a journal when SIGTERM ends it."""
    body = f"signal.signal(15, lambda *_: (open({str(journal)!r}, 'a').write('{name}\\n'), sys.exit()))\ntime.sleep(60)"
    ready = Path(f"{journal}.{name}")

    async def probe() -> None:
        await present(ready)

    return server(name, body.replace("time.sleep", f"open({str(ready)!r}, 'w')\ntime.sleep"), *needs, probe=probe)


@asynccontextmanager
async def supervised(
    layout: Layout, *components: Component, settings: LocalSettings = SETTINGS
) -> AsyncIterator[Supervisor]:
    """Run a supervisor, then stop it."""
    stop = asyncio.Event()
    supervisor = Supervisor(components, settings, layout, platform_only=True)
    running = asyncio.create_task(supervisor.run(stop))
    try:
        yield supervisor
    finally:
        stop.set()
        await running


async def seen(layout: Layout, condition: Callable[[PlatformStatus], bool], within_s: float = 15) -> PlatformStatus:
    """Await a state in the status file, as another process sees it."""
    async with asyncio.timeout(within_s):
        while not condition(status := read_status(layout.status_file)):  # noqa: ASYNC110 - as another process polls
            await asyncio.sleep(0.02)
    return status


def exists(pid: int | None) -> bool:
    """True while the process table holds the process."""
    return Path(f"/proc/{pid}").exists()


async def test_components_stop_in_the_reverse_of_their_order(layout: Layout) -> None:
    journal = layout.root / "journal"
    parts = [
        says_when_it_stops("broker", journal),
        says_when_it_stops("worker", journal, "broker"),
        says_when_it_stops("sink", journal, "worker"),
    ]
    async with supervised(layout, *parts):
        await seen(layout, lambda status: status.phase == "healthy")
    assert journal.read_text().split() == ["sink", "worker", "broker"]


async def test_a_stage_that_crashes_is_started_again_and_counted(layout: Layout) -> None:
    async with supervised(layout, server("stage", "time.sleep(60)", restart=True)):
        first = (await seen(layout, lambda status: status.phase == "healthy")).component("stage").pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        again = await seen(layout, lambda s: s.component("stage").restarts == 1 and s.phase == "healthy")
        assert again.component("stage").pid not in {None, first}


def beating(heart: Path) -> tuple[str, Probe]:
    """A body that changes a file all the time, and the question whether it still does."""
    body = f"while True:\n    open({str(heart)!r}, 'w').write(str(time.time()))\n    time.sleep(0.02)"
    seen: list[str] = []

    async def probe() -> None:
        now = await asyncio.to_thread(lambda: heart.read_text() if heart.exists() else "")
        if not now or now in seen:
            raise NotLiveError("stuck: heart[0] lag 1, no progress")
        seen.append(now)

    return body, probe


async def test_a_stage_that_is_frozen_is_killed_and_started_again_and_the_status_says_why(layout: Layout) -> None:
    body, lives = beating(layout.root / "heart")
    async with supervised(layout, server("stage", body, restart=True, liveness=lives)):
        first = (await seen(layout, lambda status: status.phase == "healthy")).component("stage").pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        dead = await seen(layout, lambda status: status.component("stage").state is State.RESTARTING)
        assert "killed for stuck: heart[0] lag 1, no progress" in dead.component("stage").detail
        again = await seen(layout, lambda s: s.component("stage").restarts >= 1 and s.phase == "healthy")
        assert again.component("stage").pid not in {None, first}
        assert "heart[0]" in again.component("stage").last_restart
        assert not exists(first)


async def test_a_liveness_check_that_fails_less_often_in_a_row_ends_nothing(layout: Layout) -> None:
    asked: list[bool] = []

    async def every_third_succeeds() -> None:
        asked.append(len(asked) % 3 == 2)
        if not asked[-1]:
            raise NotLiveError("stuck")

    async with supervised(layout, server("stage", "time.sleep(60)", restart=True, liveness=every_third_succeeds)):
        first = (await seen(layout, lambda status: status.phase == "healthy")).component("stage").pid
        await seen(layout, lambda _: asked.count(True) >= 4)
        assert read_status(layout.status_file).component("stage").pid == first
        assert read_status(layout.status_file).component("stage").restarts == 0


async def test_infrastructure_is_not_ended_for_its_liveness(layout: Layout) -> None:
    asked: list[None] = []

    async def never() -> None:
        raise NotLiveError("stuck")

    async def at_once() -> None:
        asked.append(None)

    async with supervised(layout, server("broker", "time.sleep(60)", probe=at_once, liveness=never)):
        await seen(layout, lambda _: len(asked) > 6)
        assert read_status(layout.status_file).component("broker").state is State.HEALTHY


async def test_infrastructure_that_dies_stays_down_and_says_with_which_status(layout: Layout) -> None:
    async with supervised(layout, server("broker", "time.sleep(0.3); sys.exit(7)")):
        status = await seen(layout, lambda status: status.phase == "degraded")
        assert status.component("broker").state is State.EXITED
        assert "exited with 7" in status.component("broker").detail


async def test_infrastructure_is_prepared_and_started_again_for_ever_where_the_settings_say_so(layout: Layout) -> None:
    journal = layout.root / "journal"
    prepare = Step((sys.executable, "-c", f"open({str(journal)!r}, 'a').write('prepared\\n')"))
    broker = replace(server("broker", "time.sleep(0.05); sys.exit(7)"), prepare=lambda: (prepare,))
    insistent = SETTINGS.model_copy(update={"restart_infrastructure": True})
    async with supervised(layout, broker, settings=insistent):
        # More often than a stage may fail in vain.
        await seen(layout, lambda status: any(part.restarts > 8 for part in status.components), within_s=40)
    assert journal.read_text().count("prepared") > 8


async def test_what_does_not_become_healthy_ends_the_start_with_its_reason_and_its_log(layout: Layout) -> None:
    async def never() -> None:
        raise ConnectionRefusedError("nobody listens")

    slow = server("slow", "print('still loading'); time.sleep(60)", probe=never)
    async with supervised(layout, slow):
        status = await seen(layout, lambda status: status.phase == "failed")
    assert "slow: not healthy within 5 s: ConnectionRefusedError: nobody listens" in status.error
    assert str(layout.log("slow")) in status.error
    assert "still loading" in status.error


async def test_a_one_shot_that_fails_starts_nothing_that_needs_it(layout: Layout) -> None:
    async with supervised(layout, once("apply", "raise SystemExit(3)"), server("stage", "time.sleep(60)", "apply")):
        status = await seen(layout, lambda status: status.phase == "failed")
    assert "apply: exited with 3" in status.error
    assert status.component("stage").state is State.WAITING


async def test_a_process_that_ignores_sigterm_is_killed_after_its_deadline(layout: Layout) -> None:
    ready = layout.root / "ready"

    async def probe() -> None:
        await present(ready)

    body = f"signal.signal(15, signal.SIG_IGN)\nopen({str(ready)!r}, 'w')\ntime.sleep(60)"
    async with supervised(layout, server("deaf", body, probe=probe)):
        pid = (await seen(layout, lambda status: status.phase == "healthy")).component("deaf").pid
    assert pid is not None
    assert not exists(pid)
    assert "was killed" in read_status(layout.status_file).component("deaf").detail


async def test_a_stop_while_starting_stops_what_was_started(layout: Layout) -> None:
    async def never() -> None:
        raise ConnectionRefusedError

    async with supervised(layout, server("slow", "time.sleep(60)", probe=never)):
        status = await seen(layout, lambda status: any(part.pid for part in status.components))
    assert not exists(status.component("slow").pid)
    assert read_status(layout.status_file).phase == "stopped"
