"""The life of one component: prepare, start, probe, watch, restart, stop."""

import asyncio
import contextlib
import os
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from infra.local import process as proc
from infra.local.component import Component, Step
from infra.local.liveness import Liveness, LivenessBounds
from infra.local.probes import NotLiveError
from infra.local.restarts import restarts_of
from infra.local.settings import LocalSettings
from infra.local.status import ComponentStatus, State

PROBE_PAUSE_S = 0.15


class StartError(RuntimeError):
    """A component did not become healthy; the text says why and where its log is."""


class Runner:
    """Drives one component. `status` is changed in place and `changed` called after each change."""

    def __init__(
        self, component: Component, status: ComponentStatus, changed: Callable[[], None], settings: LocalSettings
    ) -> None:
        """`status.log` is where the component's output goes."""
        self.component = component
        self._settings = settings
        bounds = LivenessBounds(settings.liveness_failures, settings.liveness_start_s, settings.liveness_rest_s)
        self._liveness = Liveness(bounds)
        self.status = status
        self._changed = changed
        self._restarts = restarts_of(component, settings)
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self, deadline_s: float) -> None:
        """Start the component and return when it is healthy, or done. Raises StartError after `deadline_s`."""
        begun = time.monotonic()
        proc.rotate(self.status.log)
        self._set(State.STARTING)
        try:
            async with asyncio.timeout(deadline_s):
                for step in self.component.prepare():
                    await self._run_step(step)
                await self._launch()
                await self._until_up()
        except TimeoutError:
            raise self._failed(f"not healthy within {deadline_s:g} s: {self.status.detail or 'no answer'}") from None
        except (OSError, ValueError) as error:
            raise self._failed(str(error)) from error
        self.status.seconds = time.monotonic() - begun
        self._set(State.DONE if self.component.one_shot else State.HEALTHY)
        if not self.component.one_shot:
            self._watch = asyncio.create_task(self._watch_over(), name=f"watch {self.component.name}")

    async def stop(self, deadline_s: float) -> None:
        """Stop the component and whatever it started; never raises for one that is gone."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        if self._process is None:
            return
        clean = await proc.stop(self._process, deadline_s)
        if self.status.state in {State.DONE, State.FAILED}:
            return
        self._set(State.STOPPED, "" if clean else f"did not stop within {deadline_s:g} s and was killed", pid=None)

    async def _run_step(self, step: Step) -> None:
        self._process = await self._spawn(step.command, step.stdin)
        self._set(State.STARTING, "preparing", pid=self._process.pid)
        if await self._process.wait() != 0:
            raise self._failed(f"preparation exited with {self._process.returncode}")

    async def _launch(self) -> None:
        self._liveness.started()
        self._process = await self._spawn(self.component.command, None)
        self._set(State.STARTING, "", pid=self._process.pid)

    async def _spawn(self, command: tuple[str, ...], stdin: Path | None) -> asyncio.subprocess.Process:
        environment = {**os.environ, **self.component.environment}
        return await proc.spawn(command, self.status.log, environment, user_id=self.component.user_id, stdin=stdin)

    async def _until_up(self) -> None:
        """Wait for exit 0 of a one-shot, or for the first probe that succeeds while the process lives."""
        process = self._running()
        if self.component.probe is None:
            if await process.wait() != 0:
                raise self._failed(f"exited with {process.returncode}")
            self.status.pid = None
            return
        while process.returncode is None:
            problem = await self._problem(self.component.probe)
            if problem is None:
                self._liveness.healthy()
                return
            self.status.detail = problem
            await asyncio.sleep(PROBE_PAUSE_S)
        raise self._failed(f"exited with {process.returncode} before it was healthy")

    async def _watch_over(self) -> None:
        since = time.monotonic()
        while True:
            why = await self._probe_until_exit() or f"exited with {self._running().returncode}"
            if self._restarts is None:
                self._set(State.EXITED, f"{why}; its log says why", pid=None)
                return
            if self._running().returncode == os.EX_CONFIG:
                self._set(State.EXITED, f"{why}: no restart would help; its log says why", pid=None)
                return
            if time.monotonic() - since > self._restarts.steady_s:
                self.status.restarts = 0
            backoff = self._restarts.backoff_s(self.status.restarts)
            if backoff is None:
                self._set(State.EXITED, f"{why} and was restarted {self.status.restarts} times in vain", pid=None)
                return
            self.status.restarts += 1
            self.status.last_restart = f"{datetime.now(UTC).isoformat(timespec='seconds')} {why}"
            self._set(State.RESTARTING, f"{why}; starts again in {backoff:g} s", pid=None)
            await asyncio.sleep(backoff)
            since = time.monotonic()
            await self._start_again()

    async def _start_again(self) -> None:
        """Launch anew, infrastructure with its preparation; one that fails counts as an exit, and is tried again."""
        if not self.component.restart:
            with contextlib.suppress(StartError, OSError, ValueError):
                for step in self.component.prepare():
                    await self._run_step(step)
        await self._launch()

    async def _probe_until_exit(self) -> str | None:
        """Keep the state true to the probe until the process ends. Says why it was ended here, where it was."""
        process, probe = self._running(), self.component.probe
        while process.returncode is None and probe is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), self._settings.probe_pause_s)
                return None
            problem = await self._problem(probe)
            if problem is None:
                self._liveness.healthy()
            dead = await self._not_live()
            state = State.HEALTHY if problem is None and dead is None else State.UNHEALTHY
            told = dead or problem or ""
            if process.returncode is None and (state, told) != (self.status.state, self.status.detail):
                self._set(state, told, pid=process.pid)
            if dead is not None and self._liveness.failed():
                return await self._end(process, dead)
        return None

    async def _not_live(self) -> str | None:
        """Why the process does no work; None when it does, when nobody can say, and while it starts."""
        if self.component.liveness is None or not self.component.restart or not self._liveness.counts:
            return None
        problem = await self._problem(self.component.liveness)
        if problem is None:
            self._liveness.lived()
            return None
        return problem.removeprefix(f"{NotLiveError.__name__}: ")

    async def _end(self, process: asyncio.subprocess.Process, dead: str) -> str:
        self._set(State.UNHEALTHY, f"ended for {dead}", pid=process.pid)
        clean = await proc.stop(process, self._settings.stop_deadline_s)
        return f"ended for {dead}" if clean else f"killed for {dead}"

    @staticmethod
    async def _problem(probe: Callable[[], Awaitable[None]]) -> str | None:
        try:
            async with asyncio.timeout(10):
                await probe()
        except Exception as error:  # whatever a client library raises means: not healthy
            return f"{type(error).__name__}: {error}".splitlines()[0][:200]
        return None

    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError(f"{self.component.name} was never started")
        return self._process

    def _failed(self, why: str) -> StartError:
        self._set(State.FAILED, why)
        return StartError(f"{self.component.name}: {why} (log: {self.status.log})")

    def _set(self, state: State, detail: str | None = None, pid: int | None = -1) -> None:
        self.status.state = state
        self.status.detail = self.status.detail if detail is None else detail
        self.status.pid = self.status.pid if pid == -1 else pid
        if state in {State.HEALTHY, State.DONE} and detail is None:
            self.status.detail = ""
        self._changed()
